"""flow.wait: when, for whom: zones, weekdays, ends of months, leap days. Answers computed by hand (CAN-2)."""

from collections import Counter
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from canvas_app.nodes.base import Arrivals, Input, registry
from canvas_app.runtime.context import DryContext
from kernel.sets import People, people
from tenants.models import Tenant
from tenants.scope import tenant_tx
from tests.journeys.shop import Shop, node

pytestmark = pytest.mark.django_db(transaction=True)
HOME = ZoneInfo("Asia/Shanghai")


def tenant() -> int:
    return int(Tenant.objects.order_by("-pk").values_list("pk", flat=True)[0])


def everybody(shop: Shop) -> People:
    return people(int(c["id"]) for c in shop.all("customers?page_size=100"))


def waits(now: str, group: People, **config: Any) -> dict[str, int]:
    """Moment (UTC) → people; "now" for those who do not wait."""
    kind = registry["flow.wait"]
    context = DryContext(now=datetime.fromisoformat(now), zone=HOME, node_id="w", salt="", quiet_hours=None)
    with tenant_tx(tenant()):
        result = kind.process(context, kind.model.model_validate(config), Arrivals([Input("in", "e", group)], People()))
    found = {p.until.astimezone(UTC).strftime("%Y-%m-%d %H:%M"): len(p.people) for p in result.park}
    assert len(found) == len(result.park)  # one group for each moment
    through = len(result.out["out"])
    return {**found, "now": through} if through else found


def in_zone(shop: Shop, count: int, zone: str | None, prefix: str, **attributes: Any) -> None:
    rows = [
        {"external_id": f"{prefix}{i}", "attributes": {"n": i, **attributes}, **({"timezone": zone} if zone else {})}
        for i in range(count)
    ]
    for start in range(0, count, 5000):
        shop.ok(shop.api.post("customers/bulk", {"customers": rows[start : start + 5000]}))


def test_ten_thousand_people_in_three_zones(shop: Shop) -> None:
    """Now is 2028-02-28 00:30 UTC: 08:30 in Shanghai, 01:30 in Berlin, 19:30 of the 27th in New York. 2028 is a leap year."""
    in_zone(shop, 5000, None, "sh")
    in_zone(shop, 3000, "Europe/Berlin", "be")
    in_zone(shop, 2000, "America/New_York", "ny")
    from customers.people import everyone

    with tenant_tx(tenant()):
        group = everyone()
    assert len(group) == 10_000
    now = "2028-02-28T00:30:00+00:00"
    assert waits(now, group, until="09:00") == {
        "2028-02-28 01:00": 5000, "2028-02-28 08:00": 3000, "2028-02-28 14:00": 2000
    }  # fmt: skip
    # Tuesday is 29 February
    assert waits(now, group, until={"weekday": "TU", "at": "09:00"}) == {
        "2028-02-29 01:00": 5000, "2028-02-29 08:00": 3000, "2028-02-29 14:00": 2000
    }  # fmt: skip
    assert waits(now, group, **{"for": {"days": 2}}) == {"2028-03-01 00:30": 10_000}


def test_weekdays(shop: Shop) -> None:
    in_zone(shop, 1, None, "a")
    group = everybody(shop)
    friday = "2026-11-20T02:00:00+00:00"  # 10:00 in Shanghai
    assert waits(friday, group, until={"weekday": "FR", "at": "10:30"}) == {"2026-11-20 02:30": 1}
    assert waits(friday, group, until={"weekday": "FR", "at": "10:00"}) == {"2026-11-27 02:00": 1}
    assert waits(friday, group, until={"weekday": ["MO", "SU"], "at": "00:00"}) == {"2026-11-21 16:00": 1}


def test_dates_of_customers_in_their_own_zone(shop: Shop) -> None:
    in_zone(shop, 2, None, "a", due="2028-02-29")
    in_zone(shop, 3, "America/New_York", "b", due="2028-02-29")
    in_zone(shop, 4, "Europe/Berlin", "c", due="2028-03-31")
    in_zone(shop, 1, None, "d")
    now = "2028-01-01T00:00:00+00:00"
    by = {"attribute": "due", "offset_days": 1, "at": "09:00"}
    assert waits(now, everybody(shop), until=by) == {
        "2028-03-01 01:00": 2, "2028-03-01 14:00": 3, "2028-04-01 07:00": 4, "now": 1,
    }  # fmt: skip
    before = {"attribute": "due", "offset_days": -31, "at": "23:59"}
    assert waits(now, everybody(shop), until=before) == {
        "2028-01-29 15:59": 2, "2028-01-30 04:59": 3, "2028-02-29 22:59": 4, "now": 1,
    }  # fmt: skip
    assert waits("2028-03-01T02:00:00+00:00", everybody(shop), until=by) == {
        "2028-03-01 14:00": 3, "2028-04-01 07:00": 4, "now": 3,
    }  # fmt: skip


def test_a_clock_that_jumps(shop: Shop) -> None:
    """Berlin: 02:30 does not exist on 2026-03-29, and comes twice on 2026-10-25."""
    in_zone(shop, 1, "Europe/Berlin", "a")
    group = everybody(shop)
    assert waits("2026-03-28T22:00:00+00:00", group, until="02:30") == {"2026-03-29 01:30": 1}  # 03:30 summer time
    assert waits("2026-10-24T22:30:00+00:00", group, until="02:30") == {"2026-10-25 00:30": 1}  # the first of the two


def test_a_zone_that_is_none_is_the_tenants(shop: Shop) -> None:
    in_zone(shop, 2, None, "a")
    with tenant_tx(tenant()):
        from customers.models import Customer

        Customer.objects.filter(external_id="a0").update(timezone="Mars/Olympus")
    assert waits("2026-11-20T02:00:00+00:00", everybody(shop), until="11:00") == {"2026-11-20 03:00": 2}


def test_settings_that_make_no_sense(shop: Shop) -> None:
    def faults(**config: Any) -> Counter[str]:
        graph = {"nodes": [node("w", "flow.wait", **config)], "edges": []}
        answer = shop.api.post("canvases", {"name": "x", "kind": "scheduled", "graph": graph})
        return Counter(e["pointer"].removeprefix("/graph/nodes/0/config") for e in answer.json().get("errors", []))

    assert faults(until={"weekday": "XX"})
    assert faults(until="25:00") == {"/until": 1}
    assert faults(until={"weekday": "MO", "at": "9"}) == {"/until/at": 1}
    assert not faults(until={"offset_days": 0, "at": "09:00"})  # not finished is no fault
    assert not faults(until={"weekday": ["MO", "SA"], "at": "09:00"})
