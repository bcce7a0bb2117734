"""Set algebra over saved audiences: every region of their overlap, and what can be made of several of them. Pure sets."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Final

from kernel.sets import People, union

Groups = Sequence[People]


def regions(groups: Groups) -> dict[int, int]:
    """mask → how many are in exactly those groups (bit i: in group i), for each of the 2^n - 1 masks; none is left out.

    The sizes of all intersections are counted and turned into those of the regions (Möbius), so that no region is built.
    """
    sizes = _intersections(groups)
    masks = range(1, 2 ** len(groups))
    found = {mask: sizes[mask] for mask in masks}
    for bit in range(len(groups)):
        for mask in masks:
            if not mask >> bit & 1:
                found[mask] -= found[mask | 1 << bit]
    return found


def _intersections(groups: Groups) -> dict[int, int]:
    kept: dict[int, People] = {}
    for mask in range(1, 2 ** len(groups)):
        lowest = (mask & -mask).bit_length() - 1
        rest = mask & (mask - 1)
        kept[mask] = kept[rest] & groups[lowest] if rest else groups[lowest]
    return {mask: len(group) for mask, group in kept.items()}


def at_least(groups: Iterable[People]) -> list[People]:
    """[k]: those in k + 1 or more of the groups."""
    found: list[People] = []
    for group in groups:
        members = group
        for k in range(len(found)):
            found[k], members = found[k] | members, found[k] & members
        found.append(members)
    return found


def members_of(mask: int, count: int) -> list[int]:
    """The places of the groups in a region."""
    return [i for i in range(count) if mask >> i & 1]


@dataclass(frozen=True)
class Combined:
    """`parts`: who stays of each input, where each keeps people of its own (priority); empty else."""

    people: People
    parts: list[People]


def _priority(groups: Groups) -> list[People]:
    taken, parts = People(), list[People]()
    for group in groups:
        parts.append(group - taken)
        taken = taken | group
    return parts


_OPERATIONS: Final[dict[str, Callable[[Groups], People]]] = {
    "union": union,
    "intersect": lambda groups: reduce(lambda a, b: a & b, groups),
    "subtract": lambda groups: groups[0] - union(groups[1:]),
    "xor": lambda groups: reduce(lambda a, b: a ^ b, groups),  # those in an odd number of them
}


def combine(op: str, groups: Groups, without: Groups = ()) -> Combined:
    """union, intersect, subtract (all others from the first), xor or priority (each stays in the first), less `without`."""
    away = union(without)
    if op == "priority":
        parts = [part - away for part in _priority(groups)]
        return Combined(union(parts), parts)
    return Combined(_OPERATIONS[op](groups) - away, [])
