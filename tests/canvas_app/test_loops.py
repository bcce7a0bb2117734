"""Rounds: the number that tells one visit of a node from the next, against counters kept for each jump."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from canvas_app.graph.loops import loops_of
from canvas_app.graph.model import Graph
from tests.journeys.shop import edge


def graph(*texts: str) -> Graph:
    """Nodes whose name begins with j may go back by their port `again`."""
    edges = [edge(i, text) for i, text in enumerate(texts)]
    names = sorted({e[end] for e in edges for end in ("source", "target")})
    nodes = [{"id": n, "type": "jump" if n[0] == "j" else "x"} for n in names]
    return Graph.from_json({"nodes": nodes, "edges": edges}, {"jump": "again"})


def walk(g: Graph, rounds: dict[str, int], first: str) -> list[tuple[str, int]]:
    """(node, round) of somebody who takes `again` as long as it may, else the edge forward; asks Loops alone."""
    loops, at, round_, seen = loops_of(g, rounds), first, 0, list[tuple[str, int]]()
    while True:
        seen.append((at, round_))
        port = None if at not in rounds else ("again" if loops.lap(at, round_) < rounds[at] else "done")
        ways = g.out_edges(at, port)
        if not ways:
            return seen
        at, round_ = ways[0].target, loops.after(ways[0], round_)


def visits(seen: list[tuple[str, int]], node: str) -> int:
    return sum(n == node for n, _ in seen)


def test_one_loop() -> None:
    seen = walk(graph("a>b", "b>j", "j.again>b", "j.done>c"), {"j": 3}, "a")
    assert [n for n, _ in seen] == ["a", *["b", "j"] * 4, "c"]
    assert [r for n, r in seen if n == "b"] == [0, 1, 2, 3]
    assert seen[-1] == ("c", 0)


def test_a_loop_inside_a_loop_begins_anew_each_time() -> None:
    g = graph("a>b", "b>j1", "j1.again>b", "j1.done>c", "c>j2", "j2.again>a", "j2.done>d")
    seen = walk(g, {"j1": 2, "j2": 3}, "a")
    assert (visits(seen, "a"), visits(seen, "b"), visits(seen, "c"), visits(seen, "d")) == (4, 12, 4, 1)
    assert len(set(seen)) == len(seen)


def test_loops_one_after_the_other_do_not_know_each_other() -> None:
    g = graph("a>j1", "j1.again>a", "j1.done>b", "b>j2", "j2.again>b", "j2.done>c")
    loops = loops_of(g, {"j1": 50, "j2": 50})
    assert loops.most == 50
    assert visits(walk(g, {"j1": 5, "j2": 7}, "a"), "b") == 8


def test_loops_that_overlap_end_and_never_repeat() -> None:
    g = graph("a>b", "b>j1", "j1.again>a", "j1.done>c", "c>j2", "j2.again>b", "j2.done>d")
    seen = walk(g, {"j1": 2, "j2": 2}, "a")
    assert seen[-1] == ("d", 0)
    assert len(set(seen)) == len(seen)


def test_the_order_leaves_edges_back_out() -> None:
    g = graph("a>b", "b>j", "j.again>b", "j.done>c")
    assert g.order() == ["a", "b", "j", "c"]
    assert g.cycle() == []
    assert set(graph("a>b", "b>j", "j.again>b", "j.done>a").cycle()) == {"a", "b", "j"}
    assert len(g.longest_path()) == 4


def test_a_label_is_lost_where_a_loop_brings_others_back() -> None:
    edges = ["a>s", "s.x>b", "b>d", "s.y>c", "c>j", "j.again>b", "j.done>e"]
    nodes = [{"id": n, "type": {"s": "split", "j": "jump"}.get(n, "x")} for n in "asbdcje"]
    raw = {"nodes": nodes, "edges": [edge(i, e) for i, e in enumerate(edges)]}
    assert Graph.from_json(raw, {"jump": "again"}).label_behind({"split"}) == {
        "a": "", "s": "", "b": "", "c": "y", "j": "y", "d": "", "e": "y"
    }  # fmt: skip


@given(st.data())
def test_any_chain_of_loops_ends_and_visits_nothing_twice(data: Any) -> None:
    """n0 > j0 > n1 > j1 > … where each jump goes back to any node before it."""
    count = data.draw(st.integers(1, 4))
    edges, rounds = list[str](), dict[str, int]()
    for i in range(count):
        back = data.draw(st.integers(0, i))
        edges += [f"n{i}>j{i}", f"j{i}.again>n{back}", f"j{i}.done>n{i + 1}"]
        rounds[f"j{i}"] = data.draw(st.integers(1, 3))
    seen = walk(graph(*edges), rounds, "n0")
    assert seen[-1] == (f"n{count}", 0)
    assert len(set(seen)) == len(seen)
    # each jump is worth its own rounds in every visit of the loops around it, so it goes back at least so often
    assert all(visits(seen, j) >= n + 1 for j, n in rounds.items())
