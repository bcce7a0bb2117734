"""Occurrences that come due, that were missed, and that two schedulers look at (CAN-1)."""

import threading
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection, connections

from canvas_app.models import Canvas, Run
from canvas_app.runtime.fire import fire_due
from kernel.wake import BULK
from tenants.ready import announce
from tenants.scope import tenant_tx
from tests.journeys.shop import Shop, node

pytestmark = pytest.mark.django_db(transaction=True)
ZONE = ZoneInfo("Asia/Shanghai")


def tenant_of(shop: Shop) -> int:
    return int(str(shop.api.key).split("_")[1])


def published(shop: Shop, schedule: dict[str, Any], **more: Any) -> str:
    nodes = [node("all", "audience.source", audience=shop.everyone()), node("end", "flow.end")]
    canvas = shop.canvas(nodes, ["all>end"], schedule=schedule, **more)
    shop.publish(canvas)
    return canvas


def planned(shop: Shop, canvas: str, at: datetime, published: str = "30 days") -> None:
    """As if the canvas had been published long ago and nobody had looked since `at`."""
    with tenant_tx(tenant_of(shop)):
        Canvas.objects.filter(pk=canvas).update(next_fire_at=at)
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE canvas_app_canvasversion SET published_at = published_at - %s::interval WHERE canvas_id = %s",
                [published, canvas],
            )
        announce(BULK)


def clock(**ago: float) -> tuple[str, datetime]:
    moment = (datetime.now(ZONE) - timedelta(**ago)).replace(microsecond=0)
    return f"{moment:%H:%M:%S}", moment


@pytest.mark.parametrize("missed", ["run_once", "skip"])
def test_after_days_of_darkness_one_run_or_none(shop: Shop, missed: str) -> None:
    shop.customers(1)
    at, latest = clock(hours=2)
    canvas = published(shop, {"at": [at], "repeat": "daily", "missed": missed})
    planned(shop, canvas, latest - timedelta(days=3))
    shop.work()
    runs = shop.all(f"runs?canvas={canvas}")
    assert [datetime.fromisoformat(r["fire_at"]) for r in runs] == ([latest] if missed == "run_once" else [])
    told = shop.ok(shop.api.get(f"canvases/{canvas}/occurrences?limit=1"))
    assert [(m["count"], m["reason"], datetime.fromisoformat(m["first"]), datetime.fromisoformat(m["latest"])) for m in told["missed"]] == [
        (4, "down", latest - timedelta(days=3), latest)
    ]  # fmt: skip
    assert told["missed"][0]["run"] == (runs[0]["id"] if runs else None)
    assert [datetime.fromisoformat(t) for t in told["results"]] == [latest + timedelta(days=1)]


def test_a_little_late_is_not_missed(shop: Shop) -> None:
    at, moment = clock(minutes=3)
    canvas = published(shop, {"at": [at], "repeat": "daily", "missed": "skip"})
    planned(shop, canvas, moment)
    shop.work()
    assert len(shop.all(f"runs?canvas={canvas}")) == 1
    assert shop.ok(shop.api.get(f"canvases/{canvas}/occurrences"))["missed"] == []


def test_once_without_a_range_runs_once(shop: Shop) -> None:
    at, moment = clock(minutes=1)
    canvas = published(shop, {"at": [at]})
    planned(shop, canvas, moment, "5 minutes")
    shop.work()
    assert len(shop.all(f"runs?canvas={canvas}")) == 1
    assert shop.ok(shop.api.get(f"canvases/{canvas}"))["next_fire_at"] is None


def test_what_is_due_while_somebody_pauses_is_run_and_what_comes_during_the_pause_is_left_out(shop: Shop) -> None:
    at, moment = clock(minutes=1)
    canvas = published(shop, {"at": [at], "repeat": "daily"})
    planned(shop, canvas, moment)
    shop.ok(shop.api.post(f"canvases/{canvas}/pause"))
    assert len(shop.all(f"runs?canvas={canvas}")) == 1
    with tenant_tx(tenant_of(shop)):
        Canvas.objects.filter(pk=canvas).update(paused_at=moment - timedelta(days=2, minutes=1))
    shop.ok(shop.api.post(f"canvases/{canvas}/resume"))
    shop.work()
    assert len(shop.all(f"runs?canvas={canvas}")) == 1
    [missed] = shop.ok(shop.api.get(f"canvases/{canvas}/occurrences"))["missed"]
    assert (missed["count"], missed["reason"], missed["run"]) == (3, "paused", None)


def test_another_zone_of_the_tenant_moves_the_next_occurrence(shop: Shop) -> None:
    canvas = published(shop, {"at": ["10:00"], "repeat": "daily"}, active={"from": "2030-01-01T00:00:00Z"})

    def upcoming() -> datetime:
        return datetime.fromisoformat(shop.ok(shop.api.get(f"canvases/{canvas}"))["next_fire_at"]).astimezone(UTC)

    assert upcoming() == datetime(2030, 1, 1, 2, tzinfo=UTC)
    shop.ok(shop.api.patch("settings", {"timezone": "America/New_York"}))
    assert upcoming() == datetime(2030, 1, 1, 15, tzinfo=UTC)


def test_many_schedulers_make_each_run_once(shop: Shop) -> None:
    tenant = tenant_of(shop)
    at, moment = clock(minutes=1)
    canvases = [published(shop, {"at": [at], "repeat": "daily"}) for _ in range(12)]

    def look() -> None:
        while fire_due(tenant):
            pass
        connections.close_all()

    for _ in range(3):  # the planned time comes back, as after a crash between run and plan
        for canvas in canvases:
            planned(shop, canvas, moment)
        threads = [threading.Thread(target=look) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    with tenant_tx(tenant):
        assert sorted(Run.objects.values_list("canvas_id", flat=True)) == sorted(map(int, canvases))
        assert not Canvas.objects.filter(next_fire_at__lte=datetime.now(UTC)).exists()
