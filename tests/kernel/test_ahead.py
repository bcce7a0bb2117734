"""kernel/ahead: the next item is made while the one before is in use, and nothing of it gets lost."""

import threading
from collections.abc import Iterator

import pytest

from kernel.ahead import ahead


def test_all_items_in_their_order() -> None:
    with ahead(iter(range(50))) as items:
        assert list(items) == list(range(50))
    with ahead(iter(())) as nothing:
        assert list(nothing) == []


def test_the_next_is_made_while_one_is_in_use() -> None:
    made = threading.Event()

    def source() -> Iterator[int]:
        yield 1
        made.set()
        yield 2

    with ahead(source()) as items:
        assert next(items) == 1
        assert made.wait(60)  # nobody has asked for it yet
        assert list(items) == [2]


def test_what_goes_wrong_is_told_at_its_item() -> None:
    def source() -> Iterator[int]:
        yield 1
        raise KeyError("broken")

    with ahead(source()) as items:
        assert next(items) == 1
        with pytest.raises(KeyError, match="broken"):
            next(items)


def test_who_stops_early_leaves_no_thread_behind() -> None:
    with ahead(iter(range(10))) as items:
        next(items)
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("ahead")]
