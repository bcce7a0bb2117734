"""An oracle for drawings: walks one person at a time through the graph, in plain Python, sharing no code with the engine.

It knows set operations, splits (random ones, too), branches by attribute n, waits, tags and jumps; its hash is splitmix64 over Python integers.
"""

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
    nodes = {n["id"]: n for n in graph["nodes"]}
    met: dict[str, str | None] = {
        n: None for n, made in nodes.items() if made["type"].startswith("set.")
    }  # port of each set operation
    for _ in range(len(nodes) + 1):
        left = {(n, port) for n, port in met.items() if port}
        left |= {(n, "out") for n, made in nodes.items() if made["type"] == "audience.source" and sources[n]}
        left |= _ways_on(graph, nodes, left, (salt_prefix, entry, person, n))
        found = {g: _port(nodes[g], _came(graph, g, left), salt_prefix, entry, person, n, sources) for g in met}
        if found == met:
            return left
        met = found
    raise AssertionError("the drawing does not settle")


def _came(graph: dict[str, Any], node: str, left: set[tuple[str, str]]) -> list[tuple[str, bool]]:
    return [(e["target_port"], (e["source"], e["source_port"]) in left) for e in graph["edges"] if e["target"] == node]


def _ways_on(
    graph: dict[str, Any], nodes: dict[str, Any], begun: set[tuple[str, str]], who: tuple[str, str, int, int]
) -> set[tuple[str, str]]:
    """From where the person left sources and set operations, lap by lap; each jump counts its own laps."""
    left, seen = set[tuple[str, str]](), set[tuple[str, frozenset[tuple[str, int]]]]()
    todo: list[tuple[str, str, dict[str, int]]] = [(*way, {}) for way in begun]
    while todo:
        node, port, laps = todo.pop()
        for e in graph["edges"]:
            there, now = nodes[e["target"]], dict(laps)
            state = (there["id"], frozenset(laps.items()))
            if (e["source"], e["source_port"]) != (node, port) or there["type"].startswith("set.") or state in seen:
                continue
            seen.add(state)
            out = _port(there, [("in", True)], *who, {})
            if there["type"] == "flow.jump" and laps.get(there["id"], 0) < there["config"]["rounds"]:
                out, now[there["id"]] = "again", laps.get(there["id"], 0) + 1
            if out:
                left.add((there["id"], out))
                todo.append((there["id"], out, now))
    return left


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
        return "done"  # after its laps: see _ways_on
    if kind == "flow.branch":
        return next((b["key"] for b in config["branches"] if n < b["rule"]["value"]), "else")
    return "out"
