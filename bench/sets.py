"""People through ten set, split, branch and wait nodes, from run-now to the end, against the same algebra on bare sets.

For 10,000, 100,000 and 1,000,000 people, so that it can be seen how the cost grows.
"""

import time
from typing import Any

from bench.growth import sizes
from bench.installation import Installation, wait_for
from bench.measure import Figure, Say
from bench.memory import peak_megabytes
from bench.shop import fill, static_audience
from kernel.sets import People, from_array, split, to_array

_EDGES = (
    "all.out minus.in, some.out minus.minus, minus.out ab.in, ab.a ran.in, ab.b both.in, ran.x both.in, ran.y odd.in, both.out br.in, "
    "br.in odd.in, br.else w1.in, w1.out w2.in, odd.out w2.in, w2.out end.in"
)


def measure(say: Say) -> list[Figure]:
    return [_one(say, count) for count in sizes()]


def _one(say: Say, count: int) -> Figure:
    installation = Installation(f"bench sets {count}")
    fill(installation, count)
    canvas = _canvas(installation)
    began = time.perf_counter()
    run = str(installation.post(f"canvases/{canvas}/run-now")["id"])
    ended = wait_for(lambda: installation.get(f"runs/{run}")["status"] == "finished", 120, 0.01)
    shown = installation.get(f"runs/{run}")
    if shown["check"] != {**shown["check"], "entered": count, "left": count, "balanced": True}:
        raise RuntimeError(f"the run is not what it should be: {shown['check']}")
    say(f"  {count:,}: {ended - began:.2f} s")
    note = f"{count / (ended - began):,.0f} people/s; most memory of a bulk worker so far {peak_megabytes('bulk')} MB"
    return Figure(
        f"{count:,} people through ten nodes", ended - began, _bare(count), note, "people through ten nodes", count
    )


def _canvas(installation: Installation) -> str:
    everybody, third = static_audience(installation, "all", 1), static_audience(installation, "third", 3)
    rule = {"condition": "audience", "id": third}
    nodes: list[dict[str, Any]] = [
        {"id": "all", "type": "audience.source", "config": {"audience": everybody}},
        {"id": "some", "type": "audience.source", "config": {"audience": third}},
        {"id": "minus", "type": "set.subtract", "config": {}},
        {"id": "ab", "type": "abtest.split", "config": {"variants": [{"key": "a", "share": 50}, {"key": "b", "share": 50}]}},
        {"id": "ran", "type": "flow.random", "config": {"branches": [{"key": "x", "share": 30}, {"key": "y", "share": 70}]}},
        {"id": "both", "type": "set.union", "config": {}},
        {"id": "br", "type": "flow.branch", "config": {"branches": [{"key": "in", "rule": rule}]}},
        {"id": "odd", "type": "set.xor", "config": {}},
        {"id": "w1", "type": "flow.wait", "config": {"for": {"seconds": 0}}},
        {"id": "w2", "type": "flow.wait", "config": {"for": {"seconds": 0}}},
        {"id": "end", "type": "flow.end", "config": {}},
    ]  # fmt: skip
    return installation.canvas("scheduled", nodes, [_edge(*way.split()) for way in _EDGES.split(", ")])


def _edge(source: str, target: str) -> tuple[str, str, str, str]:
    (s, sp), (t, tp) = source.split("."), target.split(".")
    return s, sp, t, tp


def _bare(count: int) -> float:
    """The same splits and unions on sets in memory, without a database, a graph or anybody's name."""
    everybody = People(range(1, count + 1))
    third = from_array(to_array(everybody)[2::3])
    began = time.perf_counter()
    left = everybody - third
    a, b = split(left, "ab", [50, 50])
    x, y = split(a, "ran", [30, 70])
    both = b | x
    inside = both & third
    _ = (inside ^ y) | (both - inside)
    return time.perf_counter() - began
