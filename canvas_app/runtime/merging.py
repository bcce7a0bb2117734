"""Somebody inside a run was merged: they leave by the door "merged" where they stand, and the survivor stands there instead.

The survivor comes in by a wave of their own that remembers the old one (as people do who come over from an older version),
so every equation of the run goes on holding. Who is in the run already by themselves is not taken in a second time: it is
one person; only a canvas that people enter by each event has two entries of them.
"""

from dataclasses import replace
from typing import Final

from django.db import connection

from canvas_app.models import Run, RunExit, Wave, WaveEntry
from canvas_app.runtime.movement import GATHER, Movement, Standing
from canvas_app.runtime.plan import Plan
from customers.aliases import survivors
from kernel.sets import People, dump, load, people
from tenants.scope import current_tenant_id

MERGED: Final = "merged"
EVERY_TIME: Final = "every_time"


def merged_here(run_id: int, group: People) -> People:
    """Those of `group` (who are being let go) whose place in the run another takes."""
    if not group:
        return group
    ids = (
        RunExit.objects.filter(run_id=run_id, reason=MERGED, customer_id__in=list(group))
        if len(group) < 1000
        else (
            RunExit.objects.filter(
                run_id=run_id, reason=MERGED, customer_id__gte=group.min(), customer_id__lte=group.max()
            )
        )
    )
    return people(ids.values_list("customer_id", flat=True)) & group


def take_over(movement: Movement, left: list[Standing]) -> set[int]:
    """`left`: who leaves as merged, each standing as they stood. Survivors stand there from now on; their waves."""
    known = survivors(people(c for one in left for c in one.people))
    already = _by_themselves(movement, people(known.values())) if known else People()
    replaced = {old: new for old, new in known.items() if new not in already}
    entered: set[int] = set()
    for wave in Wave.objects.filter(pk__in={one.wave_id for one in left}):
        mine = [one for one in left if one.wave_id == wave.pk]
        pairs = {c: replaced[c] for one in mine for c in one.people if c in replaced}
        for group, origin in _apart(wave, pairs):
            new = _wave(movement.run, wave, group, origin)
            entered.add(new)
            for one in mine:
                _stand(movement, replace(one, wave_id=new, people=people(group[c] for c in one.people if c in group)))
    return entered


def _apart(wave: Wave, pairs: dict[int, int]) -> list[tuple[dict[int, int], int | None]]:
    """(pairs, origin): those whose survivor entered by the very same wave have nothing to look up in it, since what the
    ledgers say of it is of their own entry."""
    inside = load(wave.people)
    own = {old: new for old, new in pairs.items() if new in inside}
    rest = {old: new for old, new in pairs.items() if new not in inside}
    return [(group, origin) for group, origin in ((own, None), (rest, wave.pk)) if group]


def _by_themselves(movement: Movement, group: People) -> People:
    """Those who entered the run in their own name."""
    if movement.run.kind == "standing":
        if (movement.plan.definition.get("entry") or {}).get("rule", "once") == EVERY_TIME:
            return People()
        own = WaveEntry.objects.filter(customer_id__in=list(group), wave__run_id=movement.run.pk)
        return people(
            customer
            for customer, wave in own.values_list("customer_id", "wave_id")
            if not _stands_in(movement.run, wave)
        )
    waves = Wave.objects.filter(run_id=movement.run.pk).only("people", "origin")
    inside = {w.pk for w in waves}
    found = People()
    for wave in waves:
        if wave.origin not in inside:
            found |= load(wave.people) & group
    return found


def _stands_in(run: Run, wave_id: int) -> bool:
    origin = Wave.objects.filter(pk=wave_id).values_list("origin", flat=True).first()
    return origin is not None and Wave.objects.filter(pk=origin, run_id=run.pk).exists()


def _wave(run: Run, old: Wave, pairs: dict[int, int], origin: int | None) -> int:
    """The wave of those who stand in for people of `old`, made or joined; the event that let each in comes along."""
    known = Wave.objects.filter(run=run, origin=origin).select_for_update(no_key=True).first() if origin else None
    wave = known or Wave(run=run, origin=origin, at=old.at, told=max(old.told, 1), people=dump(People()))
    together = load(wave.people) | people(pairs.values())
    wave.people, wave.size = dump(together), len(together)
    wave.save()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO canvas_app_waveentry (tenant_id, wave_id, customer_id, event_id, name, occurred_at, properties) "
            "SELECT e.tenant_id, %s, v.new, e.event_id, e.name, e.occurred_at, e.properties "
            "FROM unnest(%s::bigint[], %s::bigint[]) AS v (old, new) JOIN canvas_app_waveentry e "
            "ON e.tenant_id = %s AND e.wave_id = %s AND e.customer_id = v.old ON CONFLICT DO NOTHING",
            [wave.pk, list(pairs), list(pairs.values()), current_tenant_id(), old.pk],
        )
    if origin:
        _remember(run)
    return wave.pk


def _remember(run: Run) -> None:
    """From now on waves of this run may have begun as others of it (runtime/lineage.py)."""
    if not (run.moving or {}).get(MERGED):
        fresh = Run.objects.select_for_update(no_key=True).get(pk=run.pk)
        run.moving = fresh.moving = {**(fresh.moving or {}), MERGED: True}
        fresh.save(update_fields=["moving"])


def _stand(movement: Movement, one: Standing) -> None:
    """Waiting since when the other waited, asked at once; or about to be taken in."""
    if one.parked:
        movement.passage(one.wave_id, one.node, "in", MERGED, one.people)
        movement.stand(replace(one, edge="", waits_for="", due_at=movement.now))
        return
    waits_for, due_at = (GATHER, None) if movement.plan.types[one.node].gathers else ("", movement.now)
    movement.stand(replace(one, edge="", since=None, waits_for=waits_for, due_at=due_at))


def again(plan: Plan, one: Standing) -> Standing:
    """The same place from the start: a message that never left is decided anew for the survivor."""
    node = plan.graph.nodes[one.node]
    return replace(one, port=plan.types[one.node].input_keys(node.config)[0], parked=False)
