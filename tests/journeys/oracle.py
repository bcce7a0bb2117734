"""An oracle for drawings: walks one person at a time through the graph, in plain Python, sharing no code with the engine.

It knows set operations, splits (random ones, too), branches by attribute n, waits, tags and jumps; its hash is splitmix64 over Python integers.
"""

from collections import defaultdict
from typing import Any

_MASK = (1 << 64) - 1


def _mix(x: int) -> int:
    x = ((x ^ (x >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
    x = ((x ^ (x >> 27)) * 0x94D049BB133111EB) & _MASK
    return x ^ (x >> 31)


def _fnv(text: str) -> int:
    value = 0xCBF29CE484222325
    for byte in text.encode():
        value = ((value ^ byte) * 0x100000001B3) & _MASK
    return value


def place(salt: str, person: int, shares: list[float]) -> int:
    """Which share a person falls into."""
    unit = _mix(_mix((person + 0x9E3779B97F4A7C15) & _MASK) ^ _fnv(salt)) / 2**64
    total, reached = sum(shares), 0.0
    for i, share in enumerate(shares):
        reached += share
        if unit < reached / total:
            return i
    return len(shares) - 1


def walk(
    graph: dict[str, Any], salt_prefix: str, entry: str, person: int, n: int, sources: dict[str, bool]
) -> set[tuple[str, str]]:
    """(node, port) pairs by which the person leaves nodes; `sources`: which sources have this person; `entry`: the wave
    with which they entered, on which random splits depend."""
    incoming = defaultdict(list)
    for e in graph["edges"]:
        incoming[e["target"]].append(e)
    back: set[tuple[str, str]] = set()  # ways by which the person came back in the rounds so far
    while True:
        left = set(back)
        for node in graph["nodes"]:  # the drawing lists nodes in order
            came = [(e["target_port"], (e["source"], e["source_port"]) in left) for e in incoming[node["id"]]]
            port = _port(node, came, salt_prefix, entry, person, n, sources)
            if port:
                left.add((node["id"], port))
                if node["type"] == "flow.jump":
                    left.add((node["id"], "again"))
        again = {(node, port) for node, port in left if port == "again"}
        if again == back:
            return left
        back = again


def _port(
    node: dict[str, Any],
    came: list[tuple[str, bool]],
    salt: str,
    entry: str,
    person: int,
    n: int,
    sources: dict[str, bool],
) -> str | None:
    kind, config, here = node["type"], node["config"], [c for _, c in came]
    if kind == "audience.source":
        return "out" if sources[node["id"]] else None
    if kind == "set.priority":
        first = next((p for p in ("in1", "in2") if any(c for port, c in came if port == p)), None)
        return first and first.replace("in", "out")
    kept = {
        "set.union": any(here), "set.intersect": bool(here) and all(here), "set.xor": sum(here) % 2 == 1,
        "set.subtract": any(c for p, c in came if p == "in") and not any(c for p, c in came if p == "minus"),
    }.get(kind, any(here))  # fmt: skip
    if not kept:
        return None
    if kind == "abtest.split":
        if (
            config["holdout"]
            and place(f"{salt}:{node['id']}:holdout", person, [config["holdout"], 100 - config["holdout"]]) == 0
        ):
            return "holdout"
        variants = config["variants"]
        return str(variants[place(f"{salt}:{node['id']}", person, [v["share"] for v in variants])]["key"])
    if kind == "flow.random":
        branches = config["branches"]
        return str(branches[place(f"{salt}:{node['id']}:{entry}", person, [b["share"] for b in branches])]["key"])
    if kind == "flow.jump":
        return "done"  # in the end; before that by `again`
    if kind == "flow.branch":
        return next((b["key"] for b in config["branches"] if n < b["rule"]["value"]), "else")
    return "out"
