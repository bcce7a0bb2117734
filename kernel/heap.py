"""The garbage collector of a worker: what was imported stays for good and is not looked through again and again."""

import gc

_ALLOCATIONS, _YOUNG, _MIDDLE = (
    50_000,
    20,
    20,
)  # a slice of people is tens of thousands of small dicts that die together


def settle() -> None:
    """Once in each worker process, when everything is imported.

    A full collection looks at every object that ever was made; with half a million imported ones it takes a tenth of a
    second, and the dicts of some slices of people are enough to set one off.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(_ALLOCATIONS, _YOUNG, _MIDDLE)
