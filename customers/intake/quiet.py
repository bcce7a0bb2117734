"""Python's cycle collector, told to wait: ten thousand rows are a million objects without a cycle for it to look for."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def no_collection() -> Iterator[None]:
    """Harmless when two threads overlap: the first to leave switches the collector on again."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
