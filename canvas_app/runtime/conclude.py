"""The end of a transaction of the engine: set operations that nobody can reach any more go on, rows change places, runs end.

The advisory lock makes the ends of transactions of one run take turns: of two workers that finish the last two cohorts
upstream at once, the second sees the first's work and knows that it was the last.
"""

from collections import defaultdict

from django.db import connection

from canvas_app.models import Cohort, Run
from canvas_app.runtime.movement import GATHER, Movement, Standing
from kernel.copy import id_list
from kernel.sets import load, people
from tenants.scope import current_tenant_id

MAX_ATTEMPTS = 3  # then a step's people wait until somebody sets them going again (runtime/failure.py)
# people who will move on by themselves: not those at a failed step, nor those behind them who wait for all to arrive
_CAN_MOVE = (
    "SELECT 1 FROM canvas_app_cohort c WHERE c.tenant_id = r.tenant_id AND c.run_id = r.id "
    f"AND c.attempts < {MAX_ATTEMPTS} AND (c.due_at IS NOT NULL OR c.waits_for NOT IN ('', '{GATHER}'))"
)


def standing_of(c: Cohort) -> Standing:
    """The row as people who stand there."""
    return Standing(
        c.wave_id, c.node, c.port, load(c.people), c.edge, c.round, parked=c.parked, waits_for=c.waits_for, due_at=c.due_at,
        since=c.since or c.created_at,
    )  # fmt: skip


def release_gathers(movement: Movement, taken: set[int], waves: set[int]) -> bool:
    """Take in everybody who waits at set operations upstream of which nobody of their wave stands; `taken` grows by
    their rows. True when somebody may go on by it."""
    if not movement.plan.has_gathers:
        return False
    _take_turns(movement.run)
    here = _where_they_stand(movement, taken, waves)
    free = {(wave, node) for wave, nodes in here.items() for node in nodes if _is_free(movement, node, nodes)}
    if not free:
        return False
    rows = Cohort.objects.filter(
        run_id=movement.run.pk,
        wave_id__in={w for w, _ in free},
        node__in={n for _, n in free},
        waits_for=GATHER,
        due_at__isnull=True,
        attempts__lt=MAX_ATTEMPTS,
    )
    found = [c for c in rows.exclude(pk__in=taken).order_by("id").select_for_update() if (c.wave_id, c.node) in free]
    taken |= {c.pk for c in found}
    waiting = [s for s in movement.resting if s.waits_for == GATHER and (s.wave_id, s.node) in free]
    movement.resting = [s for s in movement.resting if s.waits_for != GATHER or (s.wave_id, s.node) not in free]
    for standing in [*waiting, *map(standing_of, found)]:
        standing.due_at = movement.now
        movement.stand(standing)
    return bool(waiting or found)


def _take_turns(run: Run) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [current_tenant_id() % 2**31, run.pk % 2**31])


def _where_they_stand(movement: Movement, taken: set[int], waves: set[int]) -> dict[int, set[str]]:
    found: dict[int, set[str]] = defaultdict(set)
    others = Cohort.objects.filter(run_id=movement.run.pk, wave_id__in=waves).exclude(pk__in=taken)
    for wave_id, node in others.values_list("wave_id", "node").distinct():
        found[wave_id].add(node)
    for standing in movement.all_standing():
        found[standing.wave_id].add(standing.node)
    return found


def _is_free(movement: Movement, node: str, standing: set[str]) -> bool:
    plan = movement.plan
    if not node or not plan.types[node].gathers or "" in standing:
        return False
    return not (plan.graph.upstream(node) & standing)


def commit_movement(movement: Movement, taken: set[int], waves: set[int]) -> None:
    """The rows `taken` (locked by us) make room for those of the movement; a run that nobody stands in is finished.

    Raises RuntimeError when a taken row is gone: somebody else moved its people.
    """
    release_gathers(movement, taken, waves)
    if taken:
        _remove(taken)
    movement.write()
    end_if_nobody_moves(movement.run)


def _remove(taken: set[int]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM canvas_app_cohort WHERE tenant_id = %s AND id = ANY(%s::bigint[])",
            [current_tenant_id(), id_list(people(taken))],
        )
        if cursor.rowcount != len(taken):
            raise RuntimeError("claimed cohorts are gone")


def end_if_nobody_moves(run: Run) -> None:
    """A run in which nobody stands is finished; one in which everybody left stands at a step that can't be done, or
    behind it, has failed. A standing run stays up for the next event."""
    if run.kind == "standing":
        return
    _take_turns(run)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE canvas_app_run r SET finished_at = clock_timestamp(), status = CASE WHEN EXISTS (SELECT 1 FROM "
            "canvas_app_cohort c WHERE c.tenant_id = r.tenant_id AND c.run_id = r.id) THEN 'failed' ELSE 'finished' END "
            f"WHERE tenant_id = %s AND id = %s AND status = 'running' AND NOT EXISTS ({_CAN_MOVE})",
            [current_tenant_id(), run.pk],
        )
