"""Rules with the people who were worked out by hand: asked of everyone, of a few, and as the opposite."""

from collections.abc import Sequence
from typing import Any

from audiences.facade import people_of_rule
from kernel.sets import people
from tests.audiences.shop import NOW, Person

Cases = Sequence[tuple[dict[str, Any], str]]
CASES: list[Cases] = []  # of every module that asks: tests/audiences/test_every.py looks whether a condition has none


def cases(*listed: tuple[dict[str, Any], str]) -> Cases:
    CASES.append(listed)
    return listed


def c(condition: str, **params: Any) -> dict[str, Any]:
    return {"condition": condition, **{name.rstrip("_"): value for name, value in params.items()}}


def check(asked: Cases, everybody: Sequence[Person]) -> None:
    """Also what remains of it: whoever it does not hold for, and every other person asked alone."""
    names = {p.id: p.name for p in everybody}
    there = {p.name for p in everybody if not p.gone}
    some = {p.name for p in everybody[::2]} & there
    few = people([p.id for p in everybody if p.name in some or p.gone])
    wrong = []
    for rule, expected in asked:
        wanted = set(expected.split())
        found = {
            "all": (people_of_rule(rule, now=NOW), wanted),
            "not": (people_of_rule({"not": rule}, now=NOW), there - wanted),
            "few": (people_of_rule(rule, within=few, now=NOW), wanted & some),
        }
        for how, (got, right) in found.items():
            if {names[i] for i in got} != right:
                wrong.append((how, rule, sorted(right), sorted(names[i] for i in got)))
    assert not wrong, "\n".join(map(str, wrong))
