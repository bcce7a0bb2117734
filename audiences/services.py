"""Writes of saved audiences: making, changing, computing and removing them. Runs in the caller's scope."""

import time
from typing import Any

from audiences.errors import Code
from audiences.evaluate import evaluate
from audiences.models import Audience
from audiences.rule import parse_rule
from audiences.selectors import used_by
from audiences.snapshots import CANVAS, gone, snapshot, snapshot_delete, snapshot_save
from audiences.world import World, open_world
from kernel.clock import db_now
from kernel.errors import Code as KernelCode
from kernel.errors import ProblemError
from kernel.sets import People

DYNAMIC, STATIC = "dynamic", "static"
MADE, CHANGED, UPLOAD = "made", "changed", "upload"


def audience_compute(audience: Audience, cause: str = CANVAS) -> People:
    """The people of a dynamic audience as of now, saved as its latest; those of a static one who are still there."""
    world = open_world()
    if audience.rule is None:
        return snapshot(audience.pk) - gone()
    people, took_ms = _timed(audience.rule, world)
    snapshot_save(audience.pk, people, world.clock.now, cause=cause, took_ms=took_ms)
    return people


def _timed(rule: Any, world: World) -> tuple[People, int]:
    started = time.monotonic()
    people = evaluate(parse_rule(rule, "/rule", world), world)
    return people, round((time.monotonic() - started) * 1000)


def audience_create_dynamic(*, name: str, rule: dict[str, Any], **about: Any) -> Audience:
    """Raises ProblemError with pointers below /rule; then nothing was saved. about: description, folder, owner, schedule."""
    world = open_world()
    people, took_ms = _timed(rule, world)
    audience = Audience.objects.create(name=name, kind=DYNAMIC, rule=rule, **about)
    snapshot_save(audience.pk, people, world.clock.now, cause=MADE, took_ms=took_ms)
    audience.refresh_from_db()
    return audience


def audience_create_static(*, name: str, people: People, cause: str = UPLOAD, **about: Any) -> Audience:
    audience = Audience.objects.create(name=name, kind=STATIC, **about)
    return audience_replace(audience, people, cause)


def audience_replace(audience: Audience, people: People, cause: str = UPLOAD) -> Audience:
    """New people for a static audience."""
    Audience.objects.select_for_update().get(pk=audience.pk)  # then the time: who waits here is the later one
    snapshot_save(audience.pk, people, db_now(), cause=cause)
    audience.refresh_from_db()
    return audience


def audience_change_people(audience: Audience, op: str, people: People) -> tuple[int, int]:
    """Add to a static audience, remove from it, or replace. How many came and went; locked, so that two at once both count."""
    Audience.objects.select_for_update().get(pk=audience.pk)
    before = snapshot(audience.pk) - gone()
    after = {"add": before | people, "remove": before - people, "replace": people}[op]
    audience_replace(audience, after)
    return len(after - before), len(before - after)


def audience_update(audience: Audience, *, rule: dict[str, Any] | None = None, **about: Any) -> Audience:
    """A new rule, which is computed at once, and what else was sent: name, description, folder, owner, schedule."""
    if rule is not None:
        world = open_world(editing=audience.pk)
        people, took_ms = _timed(rule, world)
        Audience.objects.filter(pk=audience.pk).update(rule=rule)
        snapshot_save(audience.pk, people, world.clock.now, cause=CHANGED, took_ms=took_ms)
    audience.refresh_from_db()
    for field, value in about.items():
        setattr(audience, field, value)
    audience.save(update_fields=[*about, "updated_at"])
    return audience


def audience_delete(audience: Audience) -> None:
    """Raises IN_USE while a canvas, a tag or another audience names it."""
    _refuse_used(audience)
    snapshot_delete(audience.pk)
    audience.delete()


def audience_archive(audience: Audience) -> Audience:
    """Out of every list, its people kept; no longer refreshed. Raises IN_USE as when it is deleted."""
    _refuse_used(audience)
    audience.archived_at, audience.next_refresh_at = db_now(), None
    audience.save(update_fields=["archived_at", "next_refresh_at", "updated_at"])
    return audience


def audience_restore(audience: Audience) -> Audience:
    audience.archived_at = None
    audience.save(update_fields=["archived_at", "updated_at"])
    return audience


def audience_duplicate(audience: Audience, *, name: str, owner: str) -> Audience:
    """The same rule, or the same people. Its schedule is not taken over."""
    about = {"name": name, "owner": owner, "folder": audience.folder, "description": audience.description}
    if audience.rule is not None:
        return audience_create_dynamic(rule=audience.rule, **about)
    return audience_create_static(people=snapshot(audience.pk) - gone(), cause=MADE, **about)


def audiences_move(audiences: list[Audience], **about: str) -> None:
    """Give all of them this folder, this owner, or both."""
    Audience.objects.filter(pk__in=[audience.pk for audience in audiences]).update(**about, updated_at=db_now())


def _refuse_used(audience: Audience) -> None:
    users = used_by(audience.pk)
    if users:
        names = ", ".join(str(user["name"]) for user in users)
        raise ProblemError(KernelCode.IN_USE, what=names, extra={"used_by": users})


def audience_of_kind(audience_id: int, kind: str) -> Audience:
    """Raises UNKNOWN_AUDIENCE or WRONG_KIND."""
    audience = Audience.objects.filter(pk=audience_id, archived_at=None).first()
    if audience is None:
        raise ProblemError(Code.UNKNOWN_AUDIENCE)
    if audience.kind != kind:
        raise ProblemError(Code.WRONG_KIND, kind=audience.kind)
    return audience
