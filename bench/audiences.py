"""Rules over 1,000,000 customers and 10,000,000 events: against the best count that one writes by hand in SQL.

The rules are asked of the room itself, in this process, with no kept answers unless it says so; the preview over HTTP, as the
editor asks it, while events keep coming in.
"""

import resource
import time
from collections.abc import Callable
from statistics import median
from typing import Any

from django.db import connection

from audiences.facade import people_of_audience, people_of_rule, save_people
from bench.crowd import Crowd, crowd, sizes
from bench.growth import most
from bench.measure import Figure, Say
from bench.previews import previews
from kernel.sets import People
from kernel.wake import redis_client

_TIMES = 7
_HERE = "merged_into IS NULL AND erased_at IS NULL"

CITY: dict[str, Any] = {"condition": "attribute", "key": "city", "op": "in", "value": ["上海", "杭州"]}
ORDERS: dict[str, Any] = {
    "condition": "event", "event": "order.paid", "measure": "count", "op": "gte", "value": 2, "window": {"last": {"days": 90}},
}  # fmt: skip
SPENT: dict[str, Any] = {
    "condition": "event", "event": "order.paid", "measure": "sum", "property": "amount", "op": "gt", "value": 1000,
}  # fmt: skip
FIVE: dict[str, Any] = {"all": [
    CITY, ORDERS, {"condition": "tag", "op": "has_any", "value": ["标签1", "标签2"]}, {"condition": "reachable", "channel": "sms"},
    {"not": {"condition": "event", "event": "cart.added", "window": {"last": {"days": 7}}}},
]}  # fmt: skip
_BY_HAND: dict[str, tuple[dict[str, Any], str]] = {
    "attribute rule": (CITY, f"""SELECT count(*) FROM customers_customer WHERE tenant_id = %(tenant)s AND {_HERE}
        AND attributes->>'city' IN ('上海', '杭州')"""),
    "orders in 90 days": (ORDERS, f"""SELECT count(*) FROM (SELECT customer_id FROM customers_event WHERE tenant_id = %(tenant)s
        AND name = 'order.paid' AND occurred_at >= now() - interval '90 days' AND occurred_at < now() GROUP BY 1 HAVING count(*) >= 2) AS e
        WHERE NOT EXISTS (SELECT FROM customers_customer c WHERE c.tenant_id = %(tenant)s AND c.id = e.customer_id AND NOT ({_HERE}))"""),
    "amount of all orders": (SPENT, f"""SELECT count(*) FROM (SELECT customer_id FROM customers_event WHERE tenant_id = %(tenant)s
        AND name = 'order.paid' GROUP BY 1 HAVING sum((properties->>'amount')::numeric) > 1000) AS e
        WHERE NOT EXISTS (SELECT FROM customers_customer c WHERE c.tenant_id = %(tenant)s AND c.id = e.customer_id AND NOT ({_HERE}))"""),
}  # fmt: skip


def measure(say: Say) -> list[Figure]:
    made = crowd(most(), say)
    say(f"  {sizes(made)}")
    found = [_against(made, what, rule, by_hand, say) for what, (rule, by_hand) in _BY_HAND.items()]
    found += [_five(made, say), _algebra(made, say), *previews(made, say)]
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    say(f"  most memory of this process {memory} MB")
    return found


def _timed(made: Crowd, work: Callable[[], Any]) -> tuple[float, Any]:
    with made.installation.scope():
        began = time.perf_counter()
        answer = work()
        return time.perf_counter() - began, answer


def _count(sql: str, tenant: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql, {"tenant": tenant})
        return int(cursor.fetchone()[0])


def forget(made: Crowd) -> None:
    """The kept answers of the tenant, so that everything is worked out anew."""
    redis = redis_client()
    listed = f"canvas:kept:{made.tenant}"
    redis.delete(listed, *redis.lrange(listed, 0, -1))


def _against(made: Crowd, what: str, rule: dict[str, Any], by_hand: str, say: Say) -> Figure:
    """In turn, and the median of the ratios of neighbours: both find their pages in memory and the same machine."""
    pairs = list[tuple[float, float]]()
    for _ in range(_TIMES):
        floor, counted = _timed(made, lambda: _count(by_hand, made.tenant))
        forget(made)
        ours, found = _timed(made, lambda: people_of_rule(rule))
        pairs.append((ours, floor))
        if abs(len(found) - counted) > counted / 1000 + 2:  # a window moves on between the two
            raise RuntimeError(f"{what}: {len(found):,} people by the rule, {counted:,} by hand")
    middle = median(ours / floor for ours, floor in pairs)
    ours, floor = min(pairs, key=lambda pair: abs(pair[0] / pair[1] - middle))
    say(f"  {what}: {len(found):,} people, ratios {', '.join(f'{o / f:.2f}' for o, f in sorted(pairs))}")
    return Figure(what, ours, floor, f"{len(found):,} people; floor: count(*) by hand, in turn {_TIMES} times")


def _five(made: Crowd, say: Say) -> Figure:
    forget(made)
    cold, _ = _timed(made, lambda: people_of_rule(FIVE))
    warm = median(_timed(made, lambda: people_of_rule(FIVE))[0] for _ in range(_TIMES))
    say(f"  five conditions: {cold * 1000:.0f} ms, then {warm * 1000:.0f} ms")
    return Figure(
        "five conditions, asked again", warm, 0.3, f"first time {cold * 1000:.0f} ms; floor: the 300 ms allowed"
    )


def _algebra(made: Crowd, say: Say) -> Figure:
    """Five saved audiences of half of the people each, read and put together as a canvas does."""
    with made.installation.scope():
        everybody = people_of_rule({"condition": "attribute", "key": "n", "op": "gte", "value": 0})
        ids = sorted(everybody)
        halves = [People(i for i in ids if i * k % 1009 < 505) for k in (1, 7, 31, 101, 499)]
        saved = [save_people(f"half {k}", half) for k, half in enumerate(halves)]

        def algebra() -> People:
            a, b, c, d, e = (people_of_audience(s, fresh=False) for s in saved)
            return ((a | b) & c) - (d ^ e)

        took = median(_timed(made, algebra)[0] for _ in range(_TIMES))
        connection.set_rollback(True)
    say(f"  algebra over five audiences of {len(halves[0]):,}: {took * 1000:.0f} ms")
    return Figure(f"algebra over five saved audiences of {len(halves[0]):,}", took, 0.05, "floor: the 50 ms allowed")
