"""What the floors above may use of the audiences room. Runs in the caller's transaction and tenant scope.

`rule` is a rule tree as of the API. A rule that is not right raises ProblemError: ask `rule_problems` first.
"""

from datetime import datetime
from typing import Any

from audiences import services
from audiences.attribute_settings import attributes_in
from audiences.conditions.group import audiences_in
from audiences.errors import Code
from audiences.evaluate import evaluate
from audiences.models import Audience
from audiences.refresh import refresh_due, refresh_unit
from audiences.rule import leaves, parse_rule, read_rule, warnings_of
from audiences.selectors import audience_name
from audiences.snapshots import CANVAS, gone, snapshot
from audiences.upkeep import keep_up
from audiences.world import open_world
from kernel.errors import FieldProblem, ProblemError
from kernel.sets import People

__all__ = [
    "add_people",
    "attributes_in",
    "audience_name",
    "events_in_rule",
    "keep_up",
    "people_of_audience",
    "people_of_rule",
    "refresh_due",
    "refresh_unit",
    "rule_problems",
    "rule_warnings",
    "save_people",
]


def rule_problems(rule: object, pointer: str) -> list[FieldProblem]:
    """Every fault of a rule; pointers begin with `pointer`. An empty list means it can be evaluated."""
    return read_rule(rule, pointer, open_world())[1]


def rule_warnings(rule: object, pointer: str) -> list[FieldProblem]:
    """What is allowed and yet probably not meant, such as an attribute that nobody has declared."""
    world = open_world()
    tree, problems = read_rule(rule, pointer, world)
    if tree is None or problems:
        return []
    return warnings_of(tree, world)


def people_of_rule(rule: object, *, within: People | None = None, now: datetime | None = None) -> People:
    """Active customers for whom the rule holds at `now` (the database's if not told), all or those of `within`."""
    world = open_world(now=now)
    return evaluate(parse_rule(rule, "/rule", world), world, within)


def people_of_audience(
    audience_id: int, *, fresh: bool, within: People | None = None, now: datetime | None = None
) -> People:
    """Active people of a saved audience. Raises ProblemError when there is none such.

    fresh: a dynamic one is computed as of now, and saved when all of it was. Else its latest snapshot is read.
    """
    leaf = {"condition": "audience", "id": str(audience_id)}
    if fresh and within is not None:
        return people_of_rule(leaf, within=within, now=now)
    audience = Audience.objects.filter(pk=audience_id, archived_at=None).first()
    if audience is None:
        raise ProblemError(Code.UNKNOWN_AUDIENCE)
    people = services.audience_compute(audience) if fresh else snapshot(audience_id) - gone()
    return people if within is None else people & within


def save_people(name: str, people: People, audience_id: int | None = None) -> int:
    """A new static audience of these people, or new people (and this name) for the static one given. Its id."""
    if audience_id is None:
        return int(services.audience_create_static(name=name, people=people, cause=CANVAS).pk)
    audience = services.audience_of_kind(audience_id, services.STATIC)
    services.audience_update(audience, name=name)
    return int(services.audience_replace(audience, people, CANVAS).pk)


def add_people(name: str, people: People, audience_id: int | None = None) -> int:
    """Add to the static audience given, else to the one of this name, else to a new one. Its id.

    The row is locked from reading to writing: two steps that add at once both count.
    """
    rows = Audience.objects.filter(archived_at=None, kind=services.STATIC).order_by("id").select_for_update()
    known = rows.filter(pk=audience_id).first() if audience_id is not None else rows.filter(name=name).first()
    if known is None:
        return save_people(name, people)
    return int(services.audience_replace(known, snapshot(known.pk) | people, CANVAS).pk)


def events_in_rule(rule: object) -> set[str]:
    """Names of the events on which the answer depends, also through audiences that the rule names."""
    return _events(rule, open_world(), set())


def _events(rule: object, world: Any, seen: set[int]) -> set[str]:
    tree, _ = read_rule(rule, "", world)
    names = set[str]()
    for leaf in leaves(tree) if tree else ():
        names |= leaf.condition.events(leaf.params)
    for known in audiences_in(rule) - seen:
        saved = world.audience(known)
        if saved and saved.rule is not None:
            names |= _events(saved.rule, world, seen | {known})
    return names
