"""One tenant's triggers while another tenant's million people are being granted, enqueued and sent to."""

from django.conf import settings
from django.db import connection

from bench.gateway import Gateway
from bench.growth import most
from bench.measure import Figure, Say, percentile
from bench.million import prepared
from bench.trigger import Shop

_PACE, _EVENTS_OF_A_MILLION, _LEAST_EVENTS = 30, 900, 60  # the events must be over before the run is


def measure(say: Say) -> list[Figure]:
    port = int(settings.BASE_URL.rpartition(":")[2])
    people = most()
    events = max(_LEAST_EVENTS, _EVENTS_OF_A_MILLION * people // 1_000_000)
    with Gateway() as gateway:
        shop = Shop(gateway, "bench fair")
        other, canvas = prepared(say, people)
        alone = shop.latencies(port, _PACE, events)
        with other.scope(), connection.cursor() as cursor:
            cursor.execute("UPDATE channels_account SET status = 'active' WHERE tenant_id = %s", [other.tenant.pk])
        run = str(other.post(f"canvases/{canvas}/run-now")["id"])
        beside = shop.latencies(port, _PACE, events)
        under_way = other.get(f"runs/{run}")["status"] in ("running", "waiting")
        other.post(f"runs/{run}/stop")
    if not under_way:
        raise RuntimeError("the other tenant's run was over before the events were")
    say(f"  p99 {percentile(beside, 0.99) * 1000:.0f} ms beside, {percentile(alone, 0.99) * 1000:.0f} ms alone")
    note = f"{len(beside)} events, 30 a second; floor: the same with nothing beside"
    return [
        Figure(f"event → message beside {people:,} people of another tenant, p{share * 100:.0f}",
               percentile(beside, share), percentile(alone, share), note)
        for share in (0.5, 0.99)
    ]  # fmt: skip
