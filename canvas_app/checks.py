"""What is wrong, or worth a second look, before a canvas goes live. Each problem names its node, so the editor can show it there."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from audiences import facade as audiences
from canvas_app.document import config_of, graph_of
from canvas_app.errors import WORDS, Code
from canvas_app.graph.model import Graph
from canvas_app.loop_checks import loop_faults
from canvas_app.nodes.base import NodeType, registry
from canvas_app.references import name_of, unusable
from canvas_app.schedule import Active, Schedule, next_occurrence
from canvas_app.tag_checks import tags_kept_by_rules
from channels import facade as channels
from customers import assigning
from kernel.clock import db_now
from kernel.language import Text
from kernel.schema import field_problems
from tenants.settings import tenant_now

LONG_PATH = 10
ERROR, WARNING = "error", "warning"


@dataclass(frozen=True)
class Problem:
    """severity error keeps a canvas from being published; pointer points into the canvas document."""

    code: Enum
    severity: str
    node: str | None = None
    edge: str | None = None
    pointer: str = ""
    params: dict[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        return {
            "code": self.code.name.lower(), "severity": self.severity, "node": self.node, "edge": self.edge,
            "pointer": self.pointer, "params": self.params, "detail": self.code.value[1].say(**self.params),
        }  # fmt: skip


@dataclass(frozen=True)
class Checked:
    """A document being checked: its graph and node types, and where each node stands in the list."""

    definition: dict[str, Any]
    kind: str
    graph: Graph
    types: dict[str, NodeType[Any]]
    place: dict[str, int]

    def name(self, node: str) -> str:
        return self.graph.nodes[node].label or self.types[node].labels.say()

    def at(self, node: str, rest: str = "") -> str:
        return f"/graph/nodes/{self.place[node]}{rest}"


def check(definition: dict[str, Any], kind: str) -> list[Problem]:
    """Every problem of a stored document, errors first. Reads only."""
    graph = graph_of(definition)
    types = {n.id: registry[n.type] for n in graph.nodes.values()}
    doc = Checked(definition, kind, graph, types, {n: i for i, n in enumerate(graph.nodes)})
    found = list(_structure(doc))
    for node in graph.nodes:
        found += [*_settings(doc, node), *_references(doc, node), *_rules(doc, node), *_texts(doc, node)]
        found += _values(doc, node)
    found += [*_times(doc, db_now()), *_paths(doc), *_loops(doc), *_tags(doc)]
    return sorted(found, key=lambda p: p.severity)


def _structure(doc: Checked) -> Iterator[Problem]:
    if not doc.graph.nodes:
        yield Problem(Code.EMPTY, ERROR)
        return
    starts = [n for n, t in doc.types.items() if t.starts]
    if not starts:
        label = registry["audience.source" if doc.kind == "scheduled" else "trigger.event"].labels.say()
        yield Problem(Code.NO_SOURCE, ERROR, params={"label": label})
    reachable = doc.graph.reachable_from(starts)
    for node, node_type in doc.types.items():
        if starts and node not in reachable:
            yield Problem(Code.UNREACHABLE, ERROR, node, pointer=doc.at(node), params={"node": doc.name(node)})
        elif node_type.starts and not doc.graph.out_edges(node):
            yield Problem(Code.DANGLING, WARNING, node, pointer=doc.at(node), params={"node": doc.name(node)})
        else:
            yield from _inputs(doc, node)
        wired = doc.graph.wired_ports(node)
        if node_type.catch_all in wired and len(wired) > 1:
            yield Problem(Code.MIXED_PORTS, WARNING, node, pointer=doc.at(node), params={"node": doc.name(node)})


def _inputs(doc: Checked, node: str) -> Iterator[Problem]:
    """A set operation with an input that nothing leads to is surely not what was meant."""
    node_type, wired = doc.types[node], {e.target_port for e in doc.graph.in_edges(node)}
    if not node_type.gathers:
        return
    for port in node_type.input_keys(doc.graph.nodes[node].config):
        if port not in wired and not any(w.startswith(port) for w in wired):
            yield Problem(
                Code.UNCONNECTED_INPUT,
                ERROR,
                node,
                pointer=doc.at(node),
                params={"node": doc.name(node), "port": port},
            )


def _settings(doc: Checked, node: str) -> Iterator[Problem]:
    config, node_type = doc.graph.nodes[node].config, doc.types[node]
    try:
        config_of(node_type, config)
    except ValidationError as error:
        for fault in field_problems(error, doc.at(node, "/config"), config):
            setting = _label(node_type, fault.pointer.rsplit("/config/", 1)[-1])
            yield Problem(
                Code.MISSING_SETTING,
                ERROR,
                node,
                pointer=fault.pointer,
                params={"node": doc.name(node), "setting": setting},
            )
    if unset := node_type.unset(config):
        params = {"node": doc.name(node), "setting": _label(node_type, unset)}
        yield Problem(Code.MISSING_SETTING, ERROR, node, pointer=doc.at(node, f"/config/{unset}"), params=params)


def _label(node_type: NodeType[Any], path: str) -> str:
    """The setting's label in the reader's language, found by its first name."""
    properties = node_type.model.model_json_schema(by_alias=True).get("properties", {})
    labels = properties.get(path.split("/")[0], {}).get("x-ui", {}).get("labels")
    return Text(**labels).say() if labels else path


def _references(doc: Checked, node: str) -> Iterator[Problem]:
    for what, key, at in doc.types[node].references(doc.graph.nodes[node].config):
        pointer, params = doc.at(node, f"/config{at}"), {"node": doc.name(node), "what": WORDS[what].say()}
        if what == "attribute":
            if assigning.is_sealed(key) and not any(doc.types[node].assigns(doc.graph.nodes[node].config)):
                yield Problem(Code.SEALED_ATTRIBUTE, ERROR, node, pointer=pointer, params={**params, "key": key})
            continue
        if name_of(what, key) is None:
            yield Problem(Code.MISSING_REFERENCE, ERROR, node, pointer=pointer, params=params)
            continue
        for reason in unusable(what, key):
            yield Problem(
                Code.UNUSABLE_REFERENCE,
                ERROR,
                node,
                pointer=pointer,
                params={"node": doc.name(node), "reason": reason},
            )


def _rules(doc: Checked, node: str) -> Iterator[Problem]:
    for rule, at in doc.types[node].rules(doc.graph.nodes[node].config):
        for fault in audiences.rule_problems(rule, doc.at(node, f"/config{at}")):
            yield Problem(
                Code.BAD_RULE,
                ERROR,
                node,
                pointer=fault.pointer,
                params={"node": doc.name(node), "reason": fault.detail},
            )


def _texts(doc: Checked, node: str) -> Iterator[Problem]:
    """Liquid in the node's own texts that could not be rendered."""
    for text, at in doc.types[node].texts(doc.graph.nodes[node].config):
        for fault in channels.text_problems(text, doc.at(node, f"/config{at}")):
            params = {"node": doc.name(node), "reason": fault.detail}
            yield Problem(Code.BAD_TEXT, ERROR, node, pointer=fault.pointer, params=params)


def _values(doc: Checked, node: str) -> Iterator[Problem]:
    """Values that do not fit the attributes they are given to; results that no step before can have."""
    kind, config = doc.types[node], doc.graph.nodes[node].config
    for key, action, value, at in kind.assigns(config):
        if reason := assigning.fault(key, action, value):
            params = {"node": doc.name(node), "reason": reason}
            yield Problem(Code.BAD_ASSIGNMENT, ERROR, node, pointer=doc.at(node, f"/config{at}"), params=params)
    for pointer in kind.misplaced(config, doc.graph, node):
        params = {"node": doc.name(node)}
        yield Problem(Code.NO_STEP_BEFORE, ERROR, node, pointer=doc.at(node, f"/config{pointer}"), params=params)


def _times(doc: Checked, now: datetime) -> Iterator[Problem]:
    active = Active.model_validate(doc.definition["active"]) if doc.definition.get("active") else None
    if active and active.to and active.to < now:
        yield Problem(Code.RANGE_OVER, WARNING, pointer="/active/to")
    if channels.never_open(tenant_now().settings["quiet_hours"], doc.definition.get("quiet_hours")):
        yield Problem(Code.ALWAYS_QUIET, ERROR, pointer="/quiet_hours")
    if doc.kind != "scheduled":
        return
    if not doc.definition.get("schedule"):
        yield Problem(Code.NO_SCHEDULE, WARNING, pointer="/schedule")
        return
    schedule = Schedule.model_validate(doc.definition["schedule"])
    if next_occurrence(schedule, active, ZoneInfo(tenant_now().timezone), now) is None:
        yield Problem(Code.NEVER_FIRES, WARNING, pointer="/schedule")


def _paths(doc: Checked) -> Iterator[Problem]:
    path = doc.graph.longest_path()
    if len(path) > LONG_PATH:
        yield Problem(
            Code.LONG_PATH,
            WARNING,
            path[LONG_PATH],
            pointer=doc.at(path[LONG_PATH]),
            params={"count": len(path)},
        )
    caps = [
        c["limit"]
        for c in tenant_now().settings.get("caps", [])
        if c.get("channel") is None and c.get("per", {"days": 1}).get("days") == 1
    ]
    if not caps:
        return
    most: dict[str, int] = {}
    for node in doc.graph.order():
        before = max((most[e.source] for e in doc.graph.ways_in(node)), default=0)
        # a wait may carry people into another day, where the daily cap begins anew
        before = 0 if doc.types[node].waits else before
        most[node] = before + _marketing(doc, node)
        if most[node] > min(caps) and _marketing(doc, node):
            yield Problem(
                Code.OVER_CAP,
                WARNING,
                node,
                pointer=doc.at(node),
                params={"count": most[node], "cap": min(caps)},
            )


def _loops(doc: Checked) -> Iterator[Problem]:
    for code, node, serious in loop_faults(doc.graph, doc.types):
        params = {"node": doc.name(node)}
        yield Problem(code, ERROR if serious else WARNING, node, pointer=doc.at(node), params=params)


def _tags(doc: Checked) -> Iterator[Problem]:
    for node, tag, at in tags_kept_by_rules(doc.graph, doc.types):
        params = {"node": doc.name(node), "tag": tag}
        yield Problem(Code.TAG_KEPT_BY_RULE, WARNING, node, pointer=doc.at(node, f"/config{at}"), params=params)


def _marketing(doc: Checked, node: str) -> int:
    """Most marketing messages that one person may get here."""
    used = [key for what, key, _ in doc.types[node].references(doc.graph.nodes[node].config) if what == "template"]
    known = [key for key in used if name_of("template", key) is not None]
    return sum(channels.template_purpose(key) == "marketing" for key in known)
