"""The document that is drawn: its shape, and faults that make it no document at all (400). Incomplete is fine: see checks."""

from datetime import timedelta
from typing import Any, Literal

from pydantic import BaseModel, Field, ValidationError

from audiences.facade import rule_problems
from canvas_app.errors import Code
from canvas_app.graph.model import Graph
from canvas_app.graph.unfold import Stages, Unfolded, unfold
from canvas_app.nodes.base import NodeType, registry
from canvas_app.schedule import Active, Schedule
from customers.where import Filter
from kernel.errors import FieldProblem, ProblemError, problem_at
from kernel.schema import Body, field_problems
from kernel.step import HIGH, LOW, NORMAL
from tenants.settings import QuietHours

KINDS = ("scheduled", "triggered")
_ID = r"^[\w.:-]{1,64}$"
_STAGED_ID, _STAGED_WAY = (
    40,
    60,
)  # of a step that is made of several, and of its edges: its stages' names begin with them


class Position(Body):
    x: float
    y: float


class NodeIn(Body):
    id: str = Field(pattern=_ID)
    type: str
    config: dict[str, Any] = Field(default_factory=dict)
    position: Position | None = None
    label: str | None = Field(None, max_length=200)
    version: int | None = None


class EdgeIn(Body):
    id: str = Field(pattern=_ID)
    source: str
    source_port: str = "out"
    target: str
    target_port: str = "in"


class GraphIn(Body):
    nodes: list[NodeIn] = Field(default_factory=list, max_length=500)
    edges: list[EdgeIn] = Field(default_factory=list, max_length=2000)


class Days(Body):
    days: int = Field(ge=1, le=3650)


class OncePer(Body):
    once_per: Days


class EntryRule(Body):
    """once · every_time · {"once_per": {"days": n}}."""

    rule: Literal["once", "every_time"] | OncePer = "once"


class Exit(Body):
    events: list[str] = Field(default_factory=list, max_length=20)
    rule: dict[str, Any] | None = None
    goal: bool = False  # who reaches the goal leaves


class Within(Body):
    days: int = Field(0, ge=0, le=365)
    hours: int = Field(0, ge=0, le=24 * 365)
    minutes: int = Field(0, ge=0, le=60 * 24 * 365)

    @property
    def delta(self) -> timedelta:
        return timedelta(days=self.days, hours=self.hours, minutes=self.minutes)


class Goal(Body):
    event: str = Field(min_length=1, max_length=200)
    where: list[Filter] = Field(default_factory=list)
    within: Within | None = None


class Document(Body):
    """Everything of a canvas but its name and kind. Keys are those of the API."""

    active: Active | None = None
    schedule: Schedule | None = None
    quiet_hours: QuietHours | None = None
    priority: Literal["high", "normal", "low"] = "normal"  # against other canvases of the tenant
    entry: EntryRule | None = None
    exit: Exit | None = None
    goal: Goal | None = None
    late_events: Within | None = None  # an event older than this when it is matched triggers nothing; None: 3 days
    graph: GraphIn = Field(default_factory=GraphIn)


def rank_of(priority: str | None) -> int:
    """A canvas's `priority` as that of its messages."""
    return {"high": HIGH, "low": LOW}.get(priority or "", NORMAL)


def to_json(document: BaseModel) -> dict[str, Any]:
    return document.model_dump(mode="json", by_alias=True)


def graph_of(definition: dict[str, Any]) -> Graph:
    back = {kind.type: kind.ports.back for kind in registry.values() if kind.ports.back}
    return Graph.from_json(definition.get("graph") or {}, back)


def unfolded(definition: dict[str, Any]) -> Unfolded:
    """The graph as people walk it. Steps whose settings are not complete stay as they are drawn."""
    drawing, made_of = graph_of(definition), dict[str, Stages]()
    for node in drawing.nodes.values():
        kind = registry[node.type]
        try:
            stages = None if kind.unset(node.config) else kind.made_of(config_of(kind, node.config), node.id)
        except ValidationError:
            continue
        if stages is not None:
            made_of[node.id] = stages
    return unfold(drawing, made_of)


def known_settings(config: dict[str, Any]) -> dict[str, Any]:
    """Settings without those not filled in yet: null is "not yet"."""
    return {k: v for k, v in config.items() if v is not None}


def config_of(kind: NodeType[Any], config: dict[str, Any]) -> Any:
    """The settings as the node's model. Raises pydantic.ValidationError when something is missing."""
    return kind.model.model_validate(known_settings(config))


def validate(document: Document, kind: str) -> None:
    """Raises a 400 problem with a pointer for each fault of shape: ids, types of nodes and settings, ports, cycles."""
    problems = [*_node_problems(document.graph.nodes, kind), *_edge_problems(document.graph)]
    if not problems:
        graph = graph_of(to_json(document))
        if cycle := graph.cycle():
            on_it = next(i for i, e in enumerate(document.graph.edges) if e.source in cycle and e.target in cycle)
            problems.append(problem_at(f"/graph/edges/{on_it}", Code.CYCLE, nodes=" → ".join(cycle)))
    problems += _rule_shapes(document)
    if problems:
        raise ProblemError.invalid(problems)


def _node_problems(nodes: list[NodeIn], kind: str) -> list[FieldProblem]:
    problems: list[FieldProblem] = []
    seen: set[str] = set()
    for i, node in enumerate(nodes):
        at = f"/graph/nodes/{i}"
        if node.id in seen:
            problems.append(problem_at(f"{at}/id", Code.DUPLICATE_ID, id=node.id))
        seen.add(node.id)
        node_type = registry.get(node.type)
        if _staged(node) and len(node.id) > _STAGED_ID:
            problems.append(problem_at(f"{at}/id", Code.LONG_ID, most=_STAGED_ID))
        if node_type is None:
            problems.append(problem_at(f"{at}/type", Code.UNKNOWN_NODE_TYPE, type=node.type))
        elif kind not in node_type.kinds:
            problems.append(problem_at(f"{at}/type", Code.WRONG_KIND, label=node_type.labels.say()))
        else:
            problems += _config_problems(node_type, node.config, f"{at}/config")
    return problems


def _staged(node: NodeIn) -> bool:
    kind = registry.get(node.type)
    return kind is not None and kind.staged


def _config_problems(node_type: NodeType[Any], config: dict[str, Any], at: str) -> list[FieldProblem]:
    try:
        config_of(node_type, config)
    except ValidationError as error:
        return [p for p in field_problems(error, at, config) if p.code != "missing"]
    return []


def _edge_problems(graph: GraphIn) -> list[FieldProblem]:
    nodes = {n.id: n for n in graph.nodes}
    problems: list[FieldProblem] = []
    seen: set[str] = set()
    for i, edge in enumerate(graph.edges):
        at = f"/graph/edges/{i}"
        if edge.id in seen:
            problems.append(problem_at(f"{at}/id", Code.DUPLICATE_ID, id=edge.id))
        seen.add(edge.id)
        if edge.source in nodes and _staged(nodes[edge.source]) and len(edge.id) > _STAGED_WAY:
            problems.append(problem_at(f"{at}/id", Code.LONG_ID, most=_STAGED_WAY))
        for end, port, side in (
            (edge.source, edge.source_port, "source"),
            (edge.target, edge.target_port, "target"),
        ):
            if end not in nodes:
                problems.append(problem_at(f"{at}/{side}", Code.MISSING_NODE, node=end))
            elif wrong := _port_problem(nodes[end], port, side, at):
                problems.append(wrong)
    return problems


def _port_problem(node: NodeIn, port: str, side: str, at: str) -> FieldProblem | None:
    node_type = registry.get(node.type)
    if node_type is None:
        return None
    has = node_type.ports.has_output if side == "source" else node_type.ports.has_input
    if has(port, node_type.with_defaults(node.config)):
        return None
    keys = node_type.output_keys(node.config) if side == "source" else node_type.input_keys(node.config)
    return problem_at(
        f"{at}/{side}_port",
        Code.MISSING_PORT,
        node=node.label or node.id,
        port=port,
        ports=", ".join(keys) or "–",
    )


def _rule_shapes(document: Document) -> list[FieldProblem]:
    """Rules with unknown operators and the like are no drafts either: they would only surprise later."""
    problems: list[FieldProblem] = []
    for i, node in enumerate(document.graph.nodes):
        node_type = registry.get(node.type)
        for rule, at in node_type.rules(node.config) if node_type else ():
            problems += rule_problems(rule, f"/graph/nodes/{i}/config{at}")
    if document.exit and document.exit.rule:
        problems += rule_problems(document.exit.rule, "/exit/rule")
    return problems
