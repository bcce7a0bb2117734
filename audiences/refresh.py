"""When dynamic audiences are computed anew by themselves, and the unit of work that does it.

A due time that was missed (nobody was at work) is made up for once: the next one is always after now. A computation that
dies with its worker is tried again after RETRY_MINUTES.
"""

import logging
from datetime import datetime, time, timedelta
from typing import Literal, Self
from zoneinfo import ZoneInfo

from django.db import connection
from django.utils import translation
from pydantic import model_validator

from audiences.errors import Code
from audiences.limit import bounded
from audiences.models import Audience
from audiences.rule import read_rule
from audiences.services import audience_compute
from audiences.snapshots import snapshot_save
from audiences.world import open_world
from kernel.clock import db_now
from kernel.errors import Code as KernelCode
from kernel.errors import ProblemError
from kernel.schema import Body
from kernel.wake import SLOW
from tenants.ready import announce
from tenants.scope import current_tenant_id, tenant_tx
from tenants.settings import ClockTime, tenant_now

log = logging.getLogger(__name__)
RETRY_MINUTES = 15
LIMIT_SECONDS = 600
ASKED, SCHEDULE = "asked", "schedule"


class Schedule(Body):
    """{"every": "hour"} or {"every": "day", "at": "04:00"} in the tenant's zone."""

    every: Literal["hour", "day"]
    at: ClockTime | None = None

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.every == "day" and self.at is None:
            raise ProblemError.at("/at", KernelCode.MISSING)
        if self.every == "hour" and self.at is not None:
            raise ProblemError.at("/at", KernelCode.UNKNOWN_FIELD)
        return self

    def stored(self) -> dict[str, str]:
        return self.model_dump(exclude_none=True)


def next_time(schedule: Schedule, now: datetime, zone: ZoneInfo) -> datetime:
    """The first time after `now`: the next full hour, or the next day's hour on the tenant's clock."""
    if schedule.every == "hour":
        return now.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    wall, day = time.fromisoformat(str(schedule.at)), now.astimezone(zone).date()
    today = datetime.combine(day, wall, zone)
    # compared as moments, not as wall times: on the day when clocks change these differ
    if today.timestamp() > now.timestamp():
        return today
    return datetime.combine(day + timedelta(days=1), wall, zone)


def plan(audience_id: int) -> None:
    """The next time of an audience by its schedule of now; none without schedule or when archived."""
    row = Audience.objects.select_for_update().filter(pk=audience_id).values_list("schedule", "archived_at").first()
    if row is None:
        return
    due = None
    if row[0] is not None and row[1] is None:
        due = next_time(Schedule.model_validate(row[0]), db_now(), ZoneInfo(tenant_now().timezone))
        announce(SLOW, due_at=due)
    Audience.objects.filter(pk=audience_id).update(next_refresh_at=due)


def replan_all() -> None:
    """The tenant's zone has changed."""
    for audience_id in Audience.objects.exclude(next_refresh_at=None).order_by("pk").values_list("pk", flat=True):
        plan(audience_id)


def remind() -> None:
    """What is overdue is announced again, should its announcement have been lost."""
    if refresh_due():
        announce(SLOW)


def refresh_due() -> bool:
    return Audience.objects.filter(next_refresh_at__lte=db_now(), archived_at=None).exists()


def refresh_unit(tenant_id: int) -> bool:
    """Compute the tenant's audience that has been due for longest; False when none is."""
    with tenant_tx(tenant_id):
        audience_id = _claim()
    if audience_id is None:
        return False
    compute_noted(tenant_id, audience_id, SCHEDULE)
    with tenant_tx(tenant_id):
        plan(audience_id)
    return True


def _claim() -> int | None:
    with connection.cursor() as cursor:
        cursor.execute(
            # as a subquery of IN, the choice may be made anew for each row and several be claimed at once
            "WITH next AS MATERIALIZED (SELECT id FROM audiences_audience WHERE tenant_id = %(tenant)s "
            "AND next_refresh_at <= clock_timestamp() AND archived_at IS NULL ORDER BY next_refresh_at, id LIMIT 1 "
            "FOR UPDATE SKIP LOCKED) UPDATE audiences_audience a SET next_refresh_at = clock_timestamp() + make_interval(mins => %(retry)s) "
            "FROM next WHERE a.tenant_id = %(tenant)s AND a.id = next.id RETURNING a.id, a.next_refresh_at",
            {"retry": RETRY_MINUTES, "tenant": current_tenant_id()},
        )
        row = cursor.fetchone()
    if row is None:
        return None
    announce(SLOW, due_at=row[1])
    return int(row[0])


def compute_noted(tenant_id: int, audience_id: int, cause: str) -> ProblemError | None:
    """Compute in a transaction of its own; what went wrong is noted with the audience, and returned."""
    try:
        with tenant_tx(tenant_id), bounded(LIMIT_SECONDS):
            audience = Audience.objects.filter(pk=audience_id, archived_at=None).first()
            if audience is not None:
                _compute(audience, cause)
        return None
    except ProblemError as problem:
        found = problem
    except Exception:
        log.exception("audience %s was not computed", audience_id)
        found = ProblemError(Code.NOT_COMPUTED)
    with tenant_tx(tenant_id):
        _note_failure(audience_id, found)
    return found


def _compute(audience: Audience, cause: str) -> None:
    people = audience_compute(audience, cause)
    if audience.rule is None:  # those who are gone leave the list
        snapshot_save(audience.pk, people, db_now(), cause=cause)


def _note_failure(audience_id: int, problem: ProblemError) -> None:
    audience = Audience.objects.filter(pk=audience_id).first()
    if audience is None:
        return
    texts = {}
    for language, name in (("zh-CN", "zh"), ("en", "en")):
        with translation.override(language):
            texts[name] = _words(audience, problem)
    failure = {"code": problem.code.name.lower(), "texts": texts, "at": db_now().isoformat()}
    Audience.objects.filter(pk=audience_id).update(failure=failure)


def _words(audience: Audience, problem: ProblemError) -> str:
    """The faults of the rule, which are read again for their words in this language; else those of the problem."""
    faults = read_rule(audience.rule, "/rule", open_world())[1] if problem.errors else []
    words = "; ".join(fault.detail for fault in faults[:3])
    return words or str(problem.code.value[1].say(**problem.params))
