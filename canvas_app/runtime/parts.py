"""People of several waves taken through a node together: one question for all, the answer shared out by wave."""

from collections import defaultdict
from collections.abc import Iterator
from functools import cached_property

from canvas_app.runtime.movement import Standing
from kernel.sets import People, union


class Parts:
    """wave → its people; no customer is in two waves."""

    def __init__(self, waves: dict[int, People]) -> None:
        self.waves = waves

    @cached_property
    def _wave_of(self) -> dict[int, int]:
        return {customer: wave for wave, group in self.waves.items() for customer in group}

    def share(self, group: People) -> Iterator[tuple[int, People]]:
        """(wave, its people of `group`), without empty ones."""
        if len(self.waves) == 1:
            (wave,) = self.waves
            if group:
                yield wave, group
        elif len(group) < len(self.waves):
            found: dict[int, People] = defaultdict(People)
            for customer in group:
                found[self._wave_of[customer]].add(customer)
            yield from found.items()
        else:
            for wave, mine in self.waves.items():
                if part := mine & group:
                    yield wave, part


def batch_of(
    standing: list[Standing], room: int | None, most_waves: int, *, alone: bool
) -> tuple[list[Standing], list[Standing]]:
    """(who goes now, who goes later): whole waves whose people are distinct, at most `room` people together, and then (where
    there is such a bound) not too many waves.

    alone: only one wave (a set operation takes all inputs of a wave, and nobody else's).
    """
    waves: dict[int, list[Standing]] = defaultdict(list)
    for one in standing:
        waves[one.wave_id].append(one)
    now, later, inside, left = list[Standing](), list[Standing](), People(), most_waves - 1
    for group in waves.values():
        mine = group[0].people if len(group) == 1 else union(s.people for s in group)
        if not now:
            now, inside = list(group), mine.copy()
        elif alone or inside.intersect(mine) or (room is not None and (left <= 0 or len(inside) + len(mine) > room)):
            later += group
        else:
            now += group
            inside |= mine
            left -= 1
    return (now, later) if room is None or len(inside) <= room else _cut(now, later, room)


def _cut(now: list[Standing], later: list[Standing], room: int) -> tuple[list[Standing], list[Standing]]:
    """A single wave that has more people than there is room: so many of them go."""
    chosen: list[Standing] = []
    for one in now:
        if room <= 0:
            later.append(one)
            continue
        mine, rest = one.divided(room)
        chosen.append(mine)
        if rest.people:
            later.append(rest)
        room -= len(mine.people)
    return chosen, later
