"""The preview in the editor over HTTP: a tree of which one value changes each time, alone and while events keep coming in."""

import itertools
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from bench.crowd import Crowd
from bench.installation import Installation
from bench.measure import Figure, Say, percentile

_TIMES: Final = 60
_EVERY, _EVENTS = 0.5, 200  # seconds between requests of the intake, events in each
_CITIES: Final = ["上海", "杭州", "北京", "深圳"]
_TAGS: Final = ["标签1", "标签2", "标签3"]


def rule(number: int) -> dict[str, Any]:
    """Six kinds in turn; each comes with other values, so that the first of each kind and value is asked cold."""
    turn, kind = divmod(number, 6)
    orders = {
        "condition": "event",
        "event": "order.paid",
        "op": "gte",
        "value": 1 + turn % 4,
        "window": {"last": {"days": 90}},
    }
    city = {"condition": "attribute", "key": "city", "op": "in", "value": _CITIES[: 1 + turn % 4]}
    trees: list[dict[str, Any]] = [
        {"all": [city, orders, {"condition": "tag", "value": [_TAGS[turn % 3]]}]},
        {"all": [city, {"condition": "reachable", "channel": "sms"}]},
        {"any": [{"condition": "age", "op": "lt", "value": 20 + turn}, {"condition": "anniversary_within", "days": 7}]},
        {"all": [{"condition": "days_since", "event": "order.paid", "op": "lte", "value": 30 + turn}, {"not": orders}]},
        {"all": [{"condition": "sequence", "steps": [{"event": "cart.added"}, {"event": "order.paid"}], "within": {"days": 1 + turn},
                  "window": {"last": {"days": 30}}}, city]},
        {"all": [{"condition": "order_amount", "measure": "total", "op": "gt", "value": 300 + turn, "window": {"last": {"days": 30}}}, city]},
    ]  # fmt: skip
    return trees[kind]


def previews(made: Crowd, say: Say) -> list[Figure]:
    alone = _asked(made)
    with _intake(made):
        beside = _asked(made)
    return [
        _figure("preview in the editor, p95", alone, say),
        _figure("the same beside a running intake, p95", beside, say),
    ]


def _asked(made: Crowd) -> list[float]:
    took = []
    for number in range(_TIMES):
        began = time.perf_counter()
        made.installation.post("audiences/preview", {"rule": rule(number), "sample": 10, "counts": True})
        took.append(time.perf_counter() - began)
    return took


@contextmanager
def _intake(made: Crowd) -> Iterator[None]:
    """Orders and views of known customers, on a connection of their own."""
    stop, poster = threading.Event(), Installation(made.installation.tenant.name, made.installation.tenant)

    def post() -> None:
        for batch in itertools.count():
            poster.post("events/bulk", {"events": [_event(batch * _EVENTS + n, made.people) for n in range(_EVENTS)]})
            if stop.wait(_EVERY):
                return

    thread = threading.Thread(target=post, daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(60)


def _event(number: int, people: int) -> dict[str, Any]:
    return {
        "event_id": f"b{time.time_ns()}-{number}", "customer": {"external_id": f"a{1 + number * 7919 % people}"},
        "name": "order.paid" if number % 4 == 0 else "product.viewed", "properties": {"amount": 10 + number % 400, "sku": f"s{number % 200}"},
    }  # fmt: skip


def _figure(what: str, took: list[float], say: Say) -> Figure:
    p50, p95, longest = percentile(took, 0.5), percentile(took, 0.95), max(took)
    say(f"  {what}: {p95 * 1000:.0f} ms, p50 {p50 * 1000:.0f} ms, longest {longest * 1000:.0f} ms")
    note = f"{len(took)} previews of six kinds, p50 {p50 * 1000:.0f} ms, longest {longest * 1000:.0f} ms; floor: the 1 s allowed"
    return Figure(what, p95, 1.0, note)
