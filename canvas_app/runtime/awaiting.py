"""Events free people who wait for them: those whom an event concerns become due at once, the others stay parked.

Nothing is decided here: their step asks the database whether it happened. Only runs whose plan has such a node are
looked at, and only cohorts in which the customer can be: of a triggered run by the wave they entered with, of a
scheduled one by the lowest and highest id of the set. A cohort that a step holds just now is left to that step's next
look (docs/decisions/009).
"""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection

from canvas_app.models import Cohort, Run
from canvas_app.nodes.base import EVENT, Heard
from canvas_app.runtime.movement import queue_of
from canvas_app.runtime.plan import Plan
from customers.aliases import with_aliases
from customers.inbox import InboxEvent
from customers.moments import Clock
from kernel.clock import db_now
from kernel.copy import id_list
from kernel.sets import People, dump, load, people
from tenants.ready import announce
from tenants.scope import current_tenant_id
from tenants.settings import tenant_now

_OF_WAVES = "c.wave_id IN (SELECT wave_id FROM canvas_app_waveentry w WHERE w.tenant_id = %s AND w.customer_id = ANY(%s::bigint[]))"
_OF_RANGE = "c.lowest <= %s AND c.highest >= %s AND EXISTS (SELECT 1 FROM unnest(%s::bigint[]) AS id WHERE id BETWEEN c.lowest AND c.highest)"


def wake(running: list[tuple[Run, Plan]], events: list[InboxEvent]) -> None:
    """In the transaction that takes the events from the inbox. `running`: not those on pause, who are asked when they go on."""
    names = {e.name for e in events}
    for run, plan in running:
        for name in names & plan.hearing.keys():
            mine = [e for e in events if e.name == name]
            for node in plan.hearing[name]:
                _wake_at(run, node, with_aliases(_concerned(plan, node, mine)))


def _concerned(plan: Plan, node: str, events: list[InboxEvent]) -> People:
    kind, config = plan.types[node], plan.configs[node]
    clock = Clock(db_now(), ZoneInfo(tenant_now().timezone))
    return people(
        e.customer_id for e in events if kind.may_free(config, Heard(e.name, e.properties, clock))
    )  # fmt: skip


def _wake_at(run: Run, node: str, group: People) -> None:
    if not group:
        return
    now, whole, parts = db_now(), list[int](), list[Cohort]()
    for cohort in _standing(run, node, group):
        everybody = load(cohort.people)
        mine = everybody & group
        if mine == everybody:
            whole.append(cohort.pk)
        elif mine:
            _keep(cohort, everybody - mine)
            parts.append(_part(cohort, mine, now))
    Cohort.objects.filter(pk__in=whole).update(due_at=now)
    Cohort.objects.bulk_create(parts)
    if whole or parts:
        announce(queue_of(run))


def _standing(run: Run, node: str, group: People) -> list[Cohort]:
    tenant, ids = current_tenant_id(), id_list(group)
    standing = run.kind == "standing"
    params: list[Any] = [tenant, ids] if standing else [group.max(), group.min(), ids]
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT c.id FROM canvas_app_cohort c WHERE c.tenant_id = %s AND c.run_id = %s AND c.node = %s AND c.waits_for = '{EVENT}' "
            f"AND {_OF_WAVES if standing else _OF_RANGE} ORDER BY c.id FOR UPDATE SKIP LOCKED",
            [tenant, run.pk, node, *params],
        )
        return list(Cohort.objects.filter(pk__in=[row[0] for row in cursor.fetchall()]))


def _keep(cohort: Cohort, rest: People) -> None:
    Cohort.objects.filter(pk=cohort.pk).update(people=dump(rest), size=len(rest), lowest=rest.min(), highest=rest.max())


def _part(cohort: Cohort, mine: People, now: datetime) -> Cohort:
    """The row again for those of it who are due; to be inserted."""
    cohort.pk, cohort.people, cohort.size, cohort.due_at = None, dump(mine), len(mine), now
    cohort.lowest, cohort.highest = mine.min(), mine.max()
    return cohort


def ask_again(run_ids: list[int]) -> None:
    """What happened while the canvas was on pause was not matched: everybody who waits for an event is asked for now."""
    Cohort.objects.filter(run_id__in=run_ids, waits_for=EVENT).update(due_at=db_now())
