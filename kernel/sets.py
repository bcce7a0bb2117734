"""Sets of customers: 64-bit Roaring bitmaps, their bytes, and the stable hash that splits them.

Everything here is pure and vectorised; ids are unsigned 64-bit integers.
"""

from collections.abc import Iterable, Iterator

import numpy as np
from pyroaring import BitMap64

from kernel.roaring import Ids, written

People = BitMap64
_FEW = 1000  # so few are added one by one


def people(ids: Iterable[int] = ()) -> People:
    return BitMap64(ids)


def from_array(ids: Ids) -> People:
    """Set of an array, which need not be sorted and may name somebody twice."""
    if len(ids) < _FEW:
        return BitMap64(np.ascontiguousarray(ids, dtype=np.uint64))
    ordered = np.sort(ids)
    again = ordered[1:] == ordered[:-1]
    return BitMap64.deserialize(written(np.unique(ordered) if again.any() else ordered))


def to_array(group: People) -> Ids:
    """Sorted ids, uint64."""
    return np.frombuffer(group.to_array(), dtype=np.uint64) if group else np.empty(0, dtype=np.uint64)


def dump(group: People) -> bytes:
    return bytes(group.serialize())


def load(raw: bytes | memoryview) -> People:
    return BitMap64.deserialize(bytes(raw))


def union(groups: Iterable[People]) -> People:
    result = BitMap64()
    for group in groups:
        result |= group
    return result


def first(group: People, count: int) -> People:
    """The `count` smallest ids."""
    return from_array(to_array(group)[:count]) if len(group) > count else group


def sample(group: People, salt: str, count: int) -> People:
    """`count` people at random, the same ones whenever the group and the salt are the same."""
    if len(group) <= count or not count:
        return group if count else BitMap64()
    ids = to_array(group)
    return from_array(ids[np.argpartition(stable_hash(salt, ids), count)[:count]])


def chunks(group: People, size: int) -> Iterator[People]:
    """The set in parts of at most `size`, in order of id."""
    ids = to_array(group)
    for start in range(0, len(ids), size):
        yield from_array(ids[start : start + size])


def _mix(x: Ids) -> Ids:
    """splitmix64 finaliser (Steele, Lea, Flood 2014), a bijection on 64 bits."""
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return x ^ (x >> np.uint64(31))


def salt_number(salt: str) -> int:
    """FNV-1a, 64 bits: the same on every machine, unlike hash()."""
    value = 0xCBF29CE484222325
    for byte in salt.encode():
        value = ((value ^ byte) * 0x100000001B3) & 0xFFFFFFFFFFFFFFFF
    return value


def stable_hash(salt: str, ids: Ids) -> Ids:
    """64-bit hash of (salt, id) for each id: the same person gets the same number on every machine, for ever."""
    with np.errstate(over="ignore"):
        return _mix(_mix(ids + np.uint64(0x9E3779B97F4A7C15)) ^ np.uint64(salt_number(salt)))


def split(group: People, salt: str, shares: list[float]) -> list[People]:
    """Divide by stable hash into len(shares) disjoint sets whose union is `group`.

    shares: positive weights, any sum. A person's place depends on salt, id and shares only.
    """
    ids = to_array(group)
    if not len(ids):
        return [BitMap64() for _ in shares]
    unit = stable_hash(salt, ids).astype(np.float64) / 2.0**64
    edges = np.cumsum(np.asarray(shares, dtype=np.float64))
    place = np.minimum(np.searchsorted(edges / edges[-1], unit, side="right"), len(shares) - 1)
    return [from_array(ids[place == i]) for i in range(len(shares))]
