"""At the intent: messages are counted against the caps, and whom a cap or a more important message keeps back is decided."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from django.db import connection

from channels.caps import give_back, raise_counts
from channels.policy import CAPPED, OUTRANKED, Plan, Rules, open_again
from channels.precedence import outranked
from channels.preparing import Prepared
from kernel.copy import id_list
from kernel.sets import People, people
from tenants.scope import current_tenant_id

_PATIENCE_DAYS = 7  # so long a message waits for a cap to open, then it is held back


def count(rules: Rules, decided: Plan, alive: Mapping[int, Prepared], fresh: People, now: datetime) -> dict[int, date]:
    """customer → day on which their message counts from now on. fresh: those of decided.send who are not counted yet.

    Whom the caps refuse is moved in `decided`.
    """
    zones = decided.zones if decided.zones is not None else rules.zones(fresh)
    days = rules.days(fresh, now, zones)
    raised = raise_counts(rules.caps, rules.channel, days)
    back = outranked(rules, raised.last, _by_rank(raised.through, alive), zones, now) if raised.last else People()
    for day, group in days:
        give_back(rules.channel, back & group, day)
    _wait(rules, decided, alive, (fresh - raised.through) | back, now)
    decided.hold(CAPPED, fresh - raised.through)
    decided.hold(OUTRANKED, back)
    return {customer: day for day, group in days for customer in group & decided.send}


def _by_rank(group: People, alive: Mapping[int, Prepared]) -> dict[int, People]:
    ranks: dict[int, People] = {}
    for customer in group:
        ranks.setdefault(alive[customer].job.step.priority, People()).add(customer)
    return ranks


def _wait(rules: Rules, decided: Plan, alive: Mapping[int, Prepared], refused: People, now: datetime) -> None:
    """Where the step says so, until the cap opens again."""
    if not rules.waits or not refused or any(cap.limit <= 0 for cap in rules.caps):
        return
    for until, group in open_again(rules, young(refused, alive, now), now):
        decided.put_off(until, group)


def young(group: People, alive: Mapping[int, Prepared], now: datetime) -> People:
    """Whose message has not waited too long already."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT customer_id FROM channels_message WHERE tenant_id = %s AND id = ANY(%s::bigint[]) "
            "AND created_at > %s",
            [
                current_tenant_id(),
                id_list(people(alive[c].message_id for c in group)),
                now - timedelta(days=_PATIENCE_DAYS),
            ],
        )
        return people(row[0] for row in cursor.fetchall())
