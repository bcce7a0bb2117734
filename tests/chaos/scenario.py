"""The whole story: a run and a stream of events are begun, things are killed, everything heals, and the logs are read."""

import argparse
import random
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from django.db import connections

from tests.chaos import campaign, judge
from tests.chaos.gateway import Gateway
from tests.chaos.in_flight import InFlight
from tests.chaos.nemesis import Nemesis
from tests.chaos.postman import Postman
from tests.chaos.servers import Floor
from tests.chaos.workers import Workers
from tests.conftest import Api, make_key, make_tenant
from tests.journeys.shop import Shop


def play(given: argparse.Namespace, floor: Floor, folder: Path) -> tuple[dict[str, Any], list[str]]:
    """(figures, complaints)."""
    chance, tenant = random.Random(given.seed), make_tenant("混乱商城")
    shop = Shop(Api(make_key(tenant)))
    with ExitStack() as stack:
        gateways = [
            stack.enter_context(Gateway(folder, name, dedupe=dedupe)) for name, dedupe in (("a", False), ("b", True))
        ]
        campaign.load(shop, given.people)
        run, live = _begin(given, shop, gateways)
        workers = stack.enter_context(Workers(given.workers, folder / "workers.log", floor.env, chance))
        stack.enter_context(Postman(floor.env["REDIS_URL"]))
        nemesis = Nemesis(floor, workers, gateways, InFlight(tenant.pk), given.lease, chance)
        pace = given.people / given.per_second / 2  # seconds that the run would take if nobody disturbed it
        stream = campaign.Stream(shop, given.people, given.events, pace / max(1, given.events / 4), given.seed)
        stack.enter_context(stream)
        nemesis.torment(given.kills)
        nemesis.heal()
        healed = time.time()
        _drain(given, nemesis, shop, stream)
        return _verdict(given, shop, gateways, nemesis, (run, live), stream, healed)


def _begin(given: argparse.Namespace, shop: Shop, gateways: list[Gateway]) -> tuple[str, str]:
    canvas = campaign.big_run(shop, given.people, gateways, given.per_second)
    live = campaign.on_events(shop, given.events, gateways[0], given.per_second)
    run = shop.ok(shop.api.post(f"canvases/{canvas}/run-now"), 201)["id"]
    return run, shop.ok(shop.api.get(f"canvases/{live}"))["run"]


def _drain(given: argparse.Namespace, nemesis: Nemesis, shop: Shop, stream: campaign.Stream) -> None:
    ends = time.monotonic() + given.patience
    connections.close_all()  # the server was restarted
    stream.finish(given.patience)
    tenant = int(str(shop.api.key).split("_")[1])
    while time.monotonic() < ends and any(judge.unfinished(tenant).values()):
        nemesis.rest(1)


def _verdict(
    given: argparse.Namespace, shop: Shop, gateways: list[Gateway], nemesis: Nemesis, runs: tuple[str, str],
    stream: campaign.Stream, healed: float,
) -> tuple[dict[str, Any], list[str]]:  # fmt: skip
    tenant = int(str(shop.api.key).split("_")[1])
    found, verdict = judge.ledgers(tenant), judge.Verdict()
    shown = [shop.ok(shop.api.get(f"runs/{run}")) for run in runs]
    arrivals = {g.name: g.arrivals() for g in gateways}
    everything = [a for some in arrivals.values() for a in some]
    blows = [at for at, _ in nemesis.blows] + nemesis.woken
    verdict.figures.update(_deeds(nemesis, stream, healed))
    for gateway, nodes in zip(gateways, ({"sms_a", "sms"}, {"sms_b"}), strict=True):
        mine = [r for r in found.messages if r.node in nodes]
        name, arrived, cut_off = f"gateway {gateway.name}", arrivals[gateway.name], nemesis.in_flight.seen
        judge.messages(verdict, name, mine, arrived, cut_off, dedupe=gateway.dedupe)
        verdict.equal(gateway.forged(), 0, f"gateway {gateway.name}: requests with a wrong signature or time")
    judge.everybody(verdict, found.messages, shown[0], given.people, {"sms_a", "sms_b"})
    judge.events(verdict, found.messages, everything, shown[1], stream.accepted, "sms")
    judge.codes(verdict, found, everything, 2 * given.people + len(stream.accepted))
    judge.silences(verdict, [a.at for a in everything], blows, nemesis.away, given.lease + given.slack)
    verdict.equal(found.unfinished, dict.fromkeys(found.unfinished, 0), "left over")
    return verdict.figures, verdict.wrong


def _deeds(nemesis: Nemesis, stream: campaign.Stream, healed: float) -> dict[str, Any]:
    names = [name for _, name in nemesis.blows]
    return {
        "blows": {name: names.count(name) for name in sorted(set(names))},
        "seconds of blows": round(healed - nemesis.blows[0][0]),
        "seconds to the end": round(time.time() - healed),
        "story": " · ".join(f"{at - nemesis.blows[0][0]:.0f} {name}" for at, name in nemesis.blows),
        "refused requests of the shop": stream.errors,
    }
