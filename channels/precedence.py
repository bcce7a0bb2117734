"""Who steps back: the last message that a cap leaves a customer today is kept for the canvas of higher priority, when one
of its messages is already queued for them. Reads only; the caller has raised the counts and so holds the customers' rows.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db import connection

from channels import mixed
from channels.caps import ALL
from channels.ledger import OF_PAIRS
from channels.policy import MARKETING, Rules
from kernel.copy import fetch_people, pairs
from kernel.sets import People, load
from tenants.scope import current_tenant_id

Zones = Sequence[tuple[ZoneInfo, People]]


@dataclass(frozen=True)
class Waiting:
    """A send job of a higher priority, with the step whose messages it carries."""

    channel: str
    due_at: datetime
    step: tuple[int, str, int, int]  # run, node, wave, round
    people: People
    waves: bytes | None  # see channels.mixed


def outranked(
    rules: Rules, last: Mapping[str, People], ranks: Mapping[int, People], zones: Zones, now: datetime
) -> People:
    """Those for whom something more important waits.

    last: scope of a cap → who has just taken the last place under it. ranks: priority → people whose message has it.
    """
    found = People()
    for rank, group in ranks.items():
        for job in _above(rules, rank, now) if any(part & group for part in last.values()) else ():
            scopes = (part for scope, part in last.items() if scope in (ALL, job.channel))
            for part in scopes:
                found |= _queued(job, _in_time(job, part & group & job.people, zones, now))
    return found


def _above(rules: Rules, rank: int, now: datetime) -> list[Waiting]:
    """Read once for as long as the rules live: a second or so, as long as the jobs that they were made for are claimed."""
    if rank not in rules.above:
        rules.above[rank] = _read(rank, now)
    return rules.above[rank]


def _read(rank: int, now: datetime) -> list[Waiting]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT a.channel, j.due_at, j.run_id, j.node, j.wave_id, j.round, j.people, j.waves FROM channels_sendjob j "
            "JOIN channels_account a ON a.tenant_id = j.tenant_id AND a.id = j.account_id AND a.status = 'active' "
            "WHERE j.tenant_id = %s AND j.priority < %s AND j.purpose = %s AND NOT j.held "
            "AND j.due_at < %s",
            [current_tenant_id(), 2 * rank, MARKETING, now + timedelta(days=2)],  # today ends by then, wherever it is
        )
        return [Waiting(row[0], row[1], row[2:6], load(row[6]), row[7]) for row in cursor.fetchall()]


def _in_time(job: Waiting, group: People, zones: Zones, now: datetime) -> People:
    """Those of the group whose day, where they live, is not over when the job is due."""
    if not group:
        return group
    found = People()
    for zone, part in zones:
        if job.due_at < _end_of(now.astimezone(zone).date(), zone):
            found |= part & group
    return found


def _end_of(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day + timedelta(days=1), time.min, zone)


def _queued(job: Waiting, group: People) -> People:
    """Whose message of that job is still to be sent, and not counted yet: the ledger knows."""
    if not group:
        return group
    run, node, wave, round_ = job.step
    waves = mixed.by_wave(group, mixed.load(job.waves), wave)
    return fetch_people(
        f"SELECT m.customer_id FROM {OF_PAIRS} WHERE m.status = 'queued' AND m.cap_day IS NULL",
        [*pairs(waves), current_tenant_id(), run, node, round_],
    )
