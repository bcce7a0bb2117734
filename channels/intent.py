"""The intent: one transaction that checks everything once more and writes down who is in flight, before any call.

An opt-out, a blacklisting, a pause or a spent cap that was committed before it is obeyed.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

import orjson
from django.db import connection

from channels import quota
from channels.caps import give_back
from channels.counting import count, young
from channels.jobs import Job, keep, lock_ours, mark_in_flight, split_off
from channels.ledger import suppress
from channels.parcel import STAFF
from channels.policy import LEFT, Plan, Rules, admissible
from channels.preparing import Prepared
from kernel.clock import db_now
from kernel.events import ask
from kernel.sets import People, people
from tenants.scope import current_tenant_id


def commit_intents(rules: Rules, slice_: Sequence[Prepared]) -> list[Prepared]:
    """Those who are in flight when this transaction commits, and nobody else. Customers are distinct in a slice."""
    ours = lock_ours({p.job.id: p.job for p in slice_}.values())
    going = {job_id for job_id, job in ours.items() if not job.held}
    # whoever takes people out of a job holds its lock, as we do now
    alive = {p.customer_id: p for p in slice_ if p.job.id in going and p.customer_id in p.job.people}
    now = max((job.seen_at for job in ours.values() if job.seen_at), default=None) or db_now()
    decided = admissible(rules, people(alive), now)
    _leaving(decided, alive)
    return write_intents(rules, decided, alive, now)


def write_intents(rules: Rules, decided: Plan, alive: dict[int, Prepared], now: datetime) -> list[Prepared]:
    """Caps are raised, and what was decided of the people in `alive` is written down; returns those in flight.

    The policy was asked in this transaction. Customers whom a cap refuses are moved in `decided`.
    """
    broken = [p for p in alive.values() if p.outbound is None and p.customer_id in decided.send]
    decided.send -= people(p.customer_id for p in broken)
    days: dict[int, date] = {}
    places = quota.room() if quota.limited(rules) else None
    if rules.marketing:
        fresh = people(c for c in decided.send if alive[c].counted is None)
        days = count(rules, decided, alive, fresh, now)
    if places is not None:
        _within_quota(rules, decided, alive, days, places, now)
    _write_held(decided, alive, broken)
    _put_off(decided, alive)
    flying = _write_flying([alive[c] for c in decided.send], days)
    if len(flying) < len(decided.send):
        _take_back(rules, decided.send - people(p.customer_id for p in flying), days)
    mark_in_flight({p.job.id: p.job for p in flying}.values())
    return flying


def _within_quota(
    rules: Rules, decided: Plan, alive: dict[int, Prepared], days: dict[int, date], places: int, now: datetime
) -> None:
    """Those for whom the tenant's quota has no room leave `decided.send`; what they had counted under the caps comes back."""
    first = quota.first_time(decided.send, {c: alive[c].message_id for c in decided.send})
    over = quota.beyond(first, places)
    quota.spend(len(first - over))
    if over:
        _take_back(rules, over, days)
        quota.refuse(rules, decided, over, young(over, alive, now) if rules.waits else People(), now)


def _by_job(group: People, alive: dict[int, Prepared]) -> list[tuple[Job, People]]:
    jobs: dict[int, tuple[Job, People]] = {}
    for customer in group:
        job = alive[customer].job
        jobs.setdefault(job.id, (job, People()))[1].add(customer)
    return list(jobs.values())


def _leaving(decided: Plan, alive: dict[int, Prepared]) -> None:
    """Exits and goals reached since: the canvas knows."""
    for job, group in _by_job(decided.send, alive):
        if job.purpose == STAFF:
            continue
        for gone in ask("channels.leaving", step=job.step, waves=job.by_wave(group)):
            decided.hold(LEFT, group & gone)


def _write_held(decided: Plan, alive: dict[int, Prepared], broken: list[Prepared]) -> None:
    for reason, group in decided.held.items():
        suppress((alive[c].message_id for c in group), reason)
    if broken:
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE channels_message m SET status = 'failed', reason = v.reason FROM unnest((SELECT %s::bigint[]), (SELECT %s::text[])) "
                "AS v(id, reason) WHERE m.tenant_id = %s AND m.id = v.id",
                [[p.message_id for p in broken], [p.problem or "recipient:gone" for p in broken], current_tenant_id()],
            )


def _put_off(decided: Plan, alive: dict[int, Prepared]) -> None:
    """Quiet hours have begun since: wait for their end in a job of its own."""
    for until, group in decided.later:
        for job, part in _by_job(group, alive):
            split_off(job, part, until, attempt=job.attempt)
            keep(job, leased=True)


def _write_flying(flying: list[Prepared], days: dict[int, date]) -> list[Prepared]:
    """Those who were still queued: they alone are in flight. `days`: customer → day on which it was counted just now.

    The texts travel as one document, which is parsed once; as an array its length is hidden from the planner, as that of the
    ids is (ledger.BY_ID): where it expects a hundred, it may rather read all of a tenant's messages for each.
    """
    contents = orjson.dumps([p.kept for p in flying]).decode()
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE channels_message m SET status = 'in_flight', attempts = m.attempts + 1, content = v.content, cap_day = coalesce(m.cap_day, v.day) "
            "FROM ROWS FROM (unnest((SELECT %s::bigint[])), unnest((SELECT %s::date[])), "
            "unnest((SELECT array_agg(e) FROM jsonb_array_elements(%s::jsonb) AS e))) "
            "AS v(id, day, content) WHERE m.tenant_id = %s AND m.id = v.id AND m.status = 'queued' RETURNING m.id",
            [
                _array(p.message_id for p in flying), _array(days.get(p.customer_id, "NULL") for p in flying), contents,
                current_tenant_id(),
            ],
        )  # fmt: skip
        written = {row[0] for row in cursor.fetchall()}
    return [p for p in flying if p.message_id in written]


def _take_back(rules: Rules, group: People, days: dict[int, date]) -> None:
    """Counted, but somebody else had settled their messages."""
    for day in {days[c] for c in group if c in days}:
        give_back(rules.channel, people(c for c in group if days.get(c) == day), day)


def _array(values: Iterable[object]) -> str:
    """A literal of numbers or dates, in their order."""
    return "{" + ",".join(map(str, values)) + "}"
