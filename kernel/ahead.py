"""Work of two kinds side by side: while one batch is being written to the database, the next is being read."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeVar, cast

T = TypeVar("T")
_END = object()


@contextmanager
def ahead(source: Iterator[T]) -> Iterator[Iterator[T]]:
    """The items of `source`, each made in a thread while the one before it is in use.

    The thread has no scope and no language of a request: `source` asks the database nothing. What it raises is raised where its item is asked for.
    """
    with ThreadPoolExecutor(1, "ahead") as thread:

        def items() -> Iterator[T]:
            coming = thread.submit(next, source, _END)
            while (item := coming.result()) is not _END:
                coming = thread.submit(next, source, _END)
                yield cast("T", item)

        yield items()
