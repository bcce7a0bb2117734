"""Sorted ids → the portable bytes of a 64-bit Roaring bitmap, by whole-array operations.

Adding ids one by one costs 40 ns each; a set of 500,000 is written in a tenth of that and read by the library in microseconds.
The format is RoaringFormatSpec's, extended to 64 bits: the number of upper halves, then each with a 32-bit bitmap; no runs.
"""

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import numpy.typing as npt

_COOKIE = 12346  # without run containers
_SPARSE = 4096  # a container of up to so many is a list of 16-bit numbers, a larger one 65,536 bits
_BITS, _BITS_BYTES = 1 << 16, 8192
_AT_ONCE = 64  # dense containers whose bits are spread out at one time: 4 MB

Ids = npt.NDArray[np.uint64]
Places = npt.NDArray[np.intp]


def written(ids: Ids) -> bytes:
    """`ids` are sorted and distinct."""
    halves = list(_cut(ids, 32))
    parts = [np.uint64(len(halves)).tobytes()]
    for half in halves:
        parts += [np.uint32(half[0] >> np.uint64(32)).tobytes(), *_bitmap(half)]
    return b"".join(parts)


def _cut(ids: Ids, bits: int) -> Iterator[Ids]:
    """The stretches that agree in all but their lowest bits."""
    return iter(np.split(ids, _starts(ids, bits)[1:])) if len(ids) else iter(())


def _starts(ids: Ids, bits: int) -> Places:
    upper = ids >> np.uint64(bits)
    return np.concatenate(([0], np.flatnonzero(upper[1:] != upper[:-1]) + 1))


def _bitmap(ids: Ids) -> list[bytes]:
    """A 32-bit bitmap: head, keys with their numbers of ids, places of the containers, containers."""
    starts = _starts(ids, 16)
    counts = np.diff(np.append(starts, len(ids)))
    low = ids.astype("<u2")
    keys = np.empty((len(starts), 2), dtype="<u2")
    keys[:, 0], keys[:, 1] = (ids[starts] >> np.uint64(16)).astype("<u2"), counts - 1
    sizes = np.where(counts > _SPARSE, _BITS_BYTES, 2 * counts)
    places = 8 + 8 * len(starts) + np.cumsum(sizes) - sizes
    head = np.array([_COOKIE, len(starts)], dtype="<u4").tobytes()
    return [head, keys.tobytes(), places.astype("<u4").tobytes(), *_containers(low, starts, counts)]


def _containers(low: npt.NDArray[np.uint16], starts: Places, counts: Places) -> Iterator[bytes]:
    """Stretches of sparse and of dense containers in turn, each stretch at once."""
    dense = counts > _SPARSE
    turns = np.concatenate(([0], np.flatnonzero(dense[1:] != dense[:-1]) + 1, [len(counts)]))
    for first, last in pairwise(turns):
        if not dense[first]:
            yield low[starts[first] : starts[last - 1] + counts[last - 1]].tobytes()
            continue
        for begin in range(first, last, _AT_ONCE):
            yield _dense(low, starts, counts, begin, min(begin + _AT_ONCE, last))


def _dense(low: npt.NDArray[np.uint16], starts: Places, counts: Places, first: int, last: int) -> bytes:
    bits = np.zeros((last - first) * _BITS, dtype=np.uint8)
    base = np.repeat(np.arange(last - first, dtype=np.int64) * _BITS, counts[first:last])
    bits[base + low[starts[first] : starts[last - 1] + counts[last - 1]]] = 1
    return np.packbits(bits, bitorder="little").tobytes()
