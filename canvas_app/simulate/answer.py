"""A test run as the API tells it: each customer's way, messages, grants, hold-backs and ends, read off the passages."""

from typing import Any

from canvas_app.graph.unfold import drawn
from canvas_app.models import Passage
from canvas_app.simulate.walking import VirtualWalk
from customers.selectors import customers_show
from kernel.language import Text
from kernel.sets import People, load

NOT_ADMITTED, STILL_INSIDE, LAST_STEP = "not_admitted", "still_inside", "last_step"
_NOTES = (
    Text("等待被跳过;消息、权益和标签都不会真的生效", "Waits are jumped over; no message, reward or tag takes effect"),
    Text("后面的条件看不到本次试跑里打的标签或改的属性", "Conditions further on do not see tags or attributes set in this test run"),
    Text("进入规则(每人几次)不检查", "The entry rule (how often a person may enter) is not asked"),
)  # fmt: skip


def answer(walk: VirtualWalk, chosen: People, inside: People) -> dict[str, Any]:
    """{"started_at", "customers": […], "assumed", "notes"}"""
    ways = {int(c): _Way(walk) for c in chosen}
    for passage in walk.movement.passages:
        for customer in load(passage.people) & chosen:
            ways[int(customer)].add(passage)
    for standing in walk.movement.all_standing():
        for customer in standing.people & chosen:
            ways[int(customer)].end(standing.node, None, STILL_INSIDE)
    return {
        "customers": [_one(walk, shown, ways[int(shown["id"])], inside) for shown in customers_show([int(c) for c in chosen])],
        "assumed": _assumed(walk),
        "notes": [note.say() for note in _NOTES],
    }  # fmt: skip


def _assumed(walk: VirtualWalk) -> list[dict[str, Any]]:
    """As drawn: of a step that is made of several only by which of its own ports people left."""
    walked, found = walk.movement.plan.walked, dict[str, str]()
    for node, port in walk.assumed.items():
        own = walked.exits.get((node, port)) if node not in walked.drawing.nodes else port
        if own:
            found[drawn(node)] = own
    return [{"node": node, "port": port} for node, port in found.items()]


def _one(walk: VirtualWalk, shown: dict[str, Any], way: "_Way", inside: People) -> dict[str, Any]:
    customer = int(shown["id"])
    if customer not in inside:
        way.end(None, None, NOT_ADMITTED)
    messages = [{k: v for k, v in m.items() if k != "template_id"} for m in walk.notes.messages.get(customer, [])]
    return {
        "id": shown["id"], "external_id": shown["external_id"], "name": shown["attributes"].get("name"), "path": way.path,
        "messages": messages, "grants": walk.notes.grants.get(customer, []), "held": way.held, "ends": way.ends,
    }  # fmt: skip


class _Way:
    """One person's steps, in order; two branches may be under way at once."""

    def __init__(self, walk: VirtualWalk) -> None:
        self.graph = walk.movement.plan.graph
        self._steps: list[tuple[str, dict[str, Any]]] = []
        self.held: list[dict[str, Any]] = []
        self.ends: list[dict[str, Any]] = []

    @property
    def path(self) -> list[dict[str, Any]]:
        return [step for _, step in self._steps]

    def add(self, passage: Passage) -> None:
        if passage.kind == "in":
            self._come(passage)
        elif passage.kind == "held":
            self.held.append({"node": drawn(passage.node), "at": passage.at, "reason": passage.port})
        elif passage.kind in ("out", "drop"):
            self._leave(passage)

    def _come(self, passage: Passage) -> None:
        """Who comes by two edges comes once."""
        here = next((s for at, s in self._steps if at == passage.node and s["out"] is None), None)
        if here is None:
            here = {"node": drawn(passage.node), "edges": [], "in": passage.at, "out": None, "port": None}
            here |= {"stage": passage.node} if drawn(passage.node) != passage.node else {}
            self._steps.append((passage.node, here))
        here["edges"] += [edge] if (edge := drawn(passage.edge)) else []

    def _leave(self, passage: Passage) -> None:
        for at, step in self._steps:
            if at == passage.node and step["out"] is None:
                step["out"], step["port"] = passage.at, passage.port
                break
        if passage.kind == "drop":
            self.end(passage.node, passage.at, passage.port)
        elif not self.graph.out_edges(passage.node, passage.port):
            self.end(passage.node, passage.at, LAST_STEP)

    def end(self, node: str | None, at: Any, reason: str) -> None:
        self.ends.append({"node": drawn(node) if node else None, "at": at, "reason": reason})
