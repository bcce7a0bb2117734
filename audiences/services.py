"""Writes of saved audiences: making, changing, computing and removing them. Runs in the caller's scope."""

from typing import Any

from audiences.errors import Code
from audiences.evaluate import evaluate
from audiences.models import Audience, AudienceSize
from audiences.rule import parse_rule
from audiences.selectors import used_by
from audiences.snapshots import gone, snapshot, snapshot_delete, snapshot_save
from audiences.world import open_world
from kernel.clock import db_now
from kernel.errors import Code as KernelCode
from kernel.errors import ProblemError
from kernel.sets import People

DYNAMIC, STATIC = "dynamic", "static"


def audience_compute(audience: Audience) -> People:
    """The people of a dynamic audience as of now, saved as its latest; those of a static one who are still there."""
    world = open_world()
    if audience.rule is None:
        return snapshot(audience.pk) - gone()
    people = evaluate(parse_rule(audience.rule, "/rule", world), world)
    snapshot_save(audience.pk, people, world.clock.now)
    return people


def audience_create_dynamic(*, name: str, rule: dict[str, Any]) -> Audience:
    """Raises ProblemError with pointers below /rule; then nothing was saved."""
    world = open_world()
    people = evaluate(parse_rule(rule, "/rule", world), world)
    audience = Audience.objects.create(name=name, kind=DYNAMIC, rule=rule)
    return _with_people(audience, people, world.clock.now)


def audience_create_static(*, name: str, people: People) -> Audience:
    audience = Audience.objects.create(name=name, kind=STATIC)
    return _with_people(audience, people, db_now())


def audience_replace(audience: Audience, people: People) -> Audience:
    """New people for a static audience."""
    return _with_people(audience, people, db_now())


def audience_update(audience: Audience, *, name: str | None, rule: dict[str, Any] | None) -> Audience:
    """A new name, or a new rule, which is computed at once."""
    if rule is not None:
        world = open_world(editing=audience.pk)
        people = evaluate(parse_rule(rule, "/rule", world), world)
        audience.rule = rule
        snapshot_save(audience.pk, people, world.clock.now)
        audience.size, audience.computed_at = len(people), world.clock.now
    if name is not None:
        audience.name = name
    audience.save(update_fields=["name", "rule", "updated_at"])
    return audience


def audience_delete(audience: Audience) -> None:
    """Raises IN_USE while a canvas or another audience names it."""
    users = used_by(audience.pk)
    if users:
        names = ", ".join(str(user["name"]) for user in users)
        raise ProblemError(KernelCode.IN_USE, what=names, extra={"used_by": users})
    snapshot_delete(audience.pk)
    AudienceSize.objects.filter(audience_id=audience.pk).delete()
    audience.delete()


def audience_of_kind(audience_id: int, kind: str) -> Audience:
    """Raises UNKNOWN_AUDIENCE or WRONG_KIND."""
    audience = Audience.objects.filter(pk=audience_id, archived_at=None).first()
    if audience is None:
        raise ProblemError(Code.UNKNOWN_AUDIENCE)
    if audience.kind != kind:
        raise ProblemError(Code.WRONG_KIND, kind=audience.kind)
    return audience


def _with_people(audience: Audience, people: People, at: Any) -> Audience:
    snapshot_save(audience.pk, people, at)
    audience.size, audience.computed_at = len(people), at
    return audience
