"""What a node type is, what it is given, and what it answers with. No I/O, no clock, no random numbers here."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time
from typing import Any, ClassVar, Generic, Protocol, TypeVar
from zoneinfo import ZoneInfo

from pydantic import BaseModel, TypeAdapter

from canvas_app.graph.model import Graph
from canvas_app.graph.ports import Port, Ports
from canvas_app.graph.unfold import Stages
from customers.moments import Clock
from customers.staff_tasks import To
from customers.where import Filter
from kernel.language import Text
from kernel.registry import Registry
from kernel.schema import Body
from kernel.sets import People, union

C = TypeVar("C", bound=BaseModel)

LEAVE, HOLD_BACK = "leave", "hold_back"
ALREADY_SERVED = "already_served"
FAILED = "failed"


@dataclass(frozen=True)
class Input:
    """People who came by one edge. For a source it is empty."""

    port: str
    edge: str
    people: People


@dataclass(frozen=True)
class Stay:
    """People who came to the node at the same moment."""

    since: datetime
    people: People


@dataclass(frozen=True)
class Arrivals:
    """fresh: came now, by edge. returned: were parked here and are due. stays: all of them by when they came, each
    person once, the first time counts; only for node types that `hears`."""

    fresh: list[Input]
    returned: People
    stays: list[Stay] = field(default_factory=list)

    @property
    def new(self) -> People:
        return union(i.people for i in self.fresh)

    @property
    def everybody(self) -> People:
        return self.new | self.returned

    def at(self, port: str) -> People:
        return union(i.people for i in self.fresh if i.port == port)

    def by_arrival(self, now: datetime) -> list[Stay]:
        """`stays`; where nobody noted when they came (an estimate), all came now."""
        return self.stays or [Stay(now, self.everybody)]

    def without(self, gone: People) -> "Arrivals":
        return Arrivals(
            [Input(i.port, i.edge, i.people - gone) for i in self.fresh],
            self.returned - gone,
            [Stay(s.since, s.people - gone) for s in self.stays],
        )


EVENT = "event"  # what people parked at a node that `hears` wait for


@dataclass(frozen=True)
class Park:
    """Stay at the node until then. since: when they came (None: now). waits_for EVENT: an event may end it before."""

    until: datetime
    people: People
    since: datetime | None = None
    waits_for: str = ""


@dataclass(frozen=True)
class Pending:
    """Stay at the node until something outside has an outcome; `key` finds them then ("sending:17")."""

    key: str
    people: People


@dataclass
class Result:
    """out: port → people. held: reason → people (counted; they also leave by a port or are parked).

    Everybody who arrived must be in exactly one of out, park, pending, or dropped (door → people, leaves the run).
    """

    out: dict[str, People] = field(default_factory=dict)
    park: list[Park] = field(default_factory=list)
    pending: list[Pending] = field(default_factory=list)
    held: dict[str, People] = field(default_factory=dict)
    dropped: dict[str, People] = field(default_factory=dict)

    def everybody(self) -> People:
        groups = [
            *self.out.values(),
            *(p.people for p in self.park),
            *(p.people for p in self.pending),
            *self.dropped.values(),
        ]
        return union(groups)


@dataclass(frozen=True)
class Touched:
    """What became of people at a message step: held back by reason, put off, handed to send jobs, and sent to before they
    came over from an older version."""

    held: dict[str, People]
    later: list[tuple[datetime, People]]
    jobs: list[tuple[int, People]]
    again: People = field(default_factory=People)


@dataclass(frozen=True)
class Given:
    out: People
    out_of_stock: People
    skipped: People
    failed: People
    jobs: list[tuple[int, People]] = field(
        default_factory=list
    )  # the merchant's shop is asked; their outcome comes later


@dataclass(frozen=True)
class Heard:
    """An event that was matched, as a parked person's node is told of it."""

    name: str
    properties: dict[str, Any]
    clock: Clock


@dataclass(frozen=True)
class ByEvent:
    """Whose external id the property of the event has that let somebody in; manager: that member's manager."""

    property: str
    manager: bool


Whose = To | ByEvent


@dataclass(frozen=True)
class Assigned:
    """out: those for whom somebody has a task now. failed: those for whom its text could not be written."""

    out: People
    no_staff: People
    failed: People


@dataclass(frozen=True)
class Outcomes:
    """What became of what a step gave people. had: those who got it at all. by: result → people, as far as known now."""

    had: People
    by: dict[str, People]

    def with_another(self, other: "Outcomes") -> "Outcomes":
        """Together with what came of another message: failed is only whose every message did."""
        found = Outcomes(self.had | other.had, {k: self.by.get(k, People()) | p for k, p in other.by.items()})
        if FAILED in found.by:
            through = (self.had - self.by.get(FAILED, People())) | (other.had - other.by.get(FAILED, People()))
            found.by[FAILED] = found.by[FAILED] - through
        return found

    def joined(self, other: "Outcomes") -> "Outcomes":
        """With those who are new in the other; who is in both counts as here."""
        new = other.had - self.had
        return Outcomes(self.had | new, {k: self.by.get(k, People()) | (p & new) for k, p in other.by.items()})


class Context(Protocol):
    """What a node may ask for. The engine gives the real one, the editor's estimate one without effects."""

    now: datetime
    zone: ZoneInfo
    node_id: str
    salt: str
    lap: int  # how often these people have gone back from here

    def people_of_audience(self, audience_id: str) -> People: ...
    def people_of_rule(self, rule: dict[str, Any], within: People | None = None) -> People: ...
    def people_who_did(self, event: str, where: list[dict[str, Any]]) -> People: ...
    def dates(self, people: People, attribute: str) -> list[tuple[Any, People]]: ...
    def who_did(self, event: str, where: list[Filter], people: People, since: datetime, until: datetime) -> People: ...
    def entries(self, people: People) -> list[tuple[str, People]]:
        """By the entry into the canvas that they are here with, named: for choices that shall not be for ever."""
        ...

    def zones(self, people: People) -> list[tuple[ZoneInfo, People]]: ...
    def outcomes(self, node: str, results: Sequence[str], people: People) -> Outcomes: ...
    def messaged(self, people: People, times: int, since: datetime, channel: str | None) -> People: ...
    def touch(
        self, template: str, people: People, *, waits: bool = False, retry: dict[str, Any] | None = None
    ) -> Touched: ...
    def push(self, account: str, body: Any, people: People, *, retry: dict[str, Any] | None = None) -> Touched: ...
    def assign(
        self, to: Whose, title: str, text: str, people: People, *, due_at: datetime | None, account: str | None
    ) -> Assigned: ...
    def grant(self, package: str, people: People) -> Given: ...
    def tag(self, people: People, names: list[str], *, add: bool) -> None: ...
    def save_audience(self, people: People, *, audience: str | None, name: str) -> None: ...
    def set_attribute(self, people: People, key: str, value: Any) -> None: ...
    def add_to_attribute(self, people: People, key: str, amount: Any) -> None: ...
    def set_level(self, people: People, level: str) -> None: ...


class NodeType(Generic[C]):
    """Subclass it in `kinds/<file>.py` and register an instance. Everything the editor shows comes from here."""

    type: ClassVar[str]
    version: ClassVar[int] = 1
    family: ClassVar[str]
    labels: ClassVar[Text]
    help: ClassVar[Text]
    pinyin: ClassVar[str]
    summary: ClassVar[Text]
    kinds: ClassVar[tuple[str, ...]] = ("scheduled", "triggered")
    ports: ClassVar[Ports]
    gathers: ClassVar[bool] = False  # a set operation: waits until nobody stands upstream, then takes all at once
    starts: ClassVar[bool] = False  # people enter the run here
    chunk: ClassVar[int | None] = None  # at most so many people a step, where rows are written for each
    waves: ClassVar[int] = 100  # and so many waves, where statements are run for each
    catch_all: ClassVar[str | None] = None  # port by which all leave whose own port is not wired
    splits: ClassVar[bool] = False  # its ports are variants of an experiment
    hears: ClassVar[bool] = False  # an event that it `watches` may free people who are parked here
    outcomes: ClassVar[tuple[str, ...]] = ()  # what may become of what people get here, as events tell it
    waits: ClassVar[bool] = False  # people stay here for some time
    waits_out: ClassVar[str] = "out"  # the port by which an estimate lets those who are parked go on
    # those who wait here for a time that passed while the canvas was paused, if they are to be left out: leave the run,
    # or go on untouched (a `template` step); "": they are never left out
    when_overdue: ClassVar[str] = ""
    # the ways out of those who waited for an outcome outside: what was accepted, refused, held back, and what nobody knows
    settled: ClassVar[dict[str, str]] = {
        "sent": "sent",
        "failed": "failed",
        "suppressed": "suppressed",
        "unknown": "sent",
    }
    gives: ClassVar[bool] = False  # the outcome is of a reward: its ledger is told

    staged: ClassVar[bool] = False  # it may be made of several steps (made_of)

    model: ClassVar[Any]  # class of the settings, C

    def process(self, ctx: Context, config: C, arrived: Arrivals) -> Result:
        """Where everybody who arrived goes. Deterministic: same settings, people and context, same answer."""
        raise NotImplementedError

    def references(self, config: dict[str, Any]) -> Iterable[tuple[str, str, str]]:
        """(kind, id, pointer below the settings) of the audiences, templates and packages it uses."""
        return ()

    def rules(self, config: dict[str, Any]) -> Iterable[tuple[Any, str]]:
        """(rule, pointer below the settings) of every customer rule in the settings."""
        return ()

    def made_of(self, config: C, node: str) -> Stages | None:
        """The steps that people walk through instead of this one, which is then never asked to `process`; None: itself."""
        return None

    def placed(self, config: C, graph: Graph, node: str) -> C:
        """The settings with what only the place in the drawing tells."""
        return config

    def misplaced(self, config: dict[str, Any], graph: Graph, node: str) -> Iterable[str]:
        """Pointers below the settings that need a step which does not come before this one."""
        return ()

    def assigns(self, config: dict[str, Any]) -> Iterable[tuple[str, str, Any, str]]:
        """(attribute, action set | clear | add, value, pointer below the settings) of attributes that it changes."""
        return ()

    def tags(self, config: dict[str, Any]) -> Iterable[tuple[str, str]]:
        """(name, pointer below the settings) of tags that it puts on people or takes off them."""
        return ()

    def rounds(self, config: C) -> int:
        """How often people may leave by the port that leads back, where there is one."""
        return 0

    def unset(self, config: dict[str, Any]) -> str | None:
        """The setting that is still to be made although the schema does not ask for it ("one of two"), by its first name."""
        return None

    def texts(self, config: dict[str, Any]) -> Iterable[tuple[Any, str]]:
        """(text or JSON with texts, pointer below the settings) of every setting of the node's own that takes variables."""
        return ()

    def watches(self, config: dict[str, Any]) -> set[str]:
        """Names of events that must reach the inbox while a canvas with this node is live."""
        return set()

    def may_free(self, config: C, heard: Heard) -> bool:
        """Is it worth asking again for the customer of this event? A cheap guess; `process` decides."""
        return True

    def output_keys(self, config: dict[str, Any]) -> list[str]:
        """Output ports under these settings; what is not set counts by its default."""
        return self.ports.output_keys(self.with_defaults(config))

    def input_keys(self, config: dict[str, Any]) -> list[str]:
        return self.ports.input_keys(self.with_defaults(config))

    def with_defaults(self, config: dict[str, Any]) -> dict[str, Any]:
        return {**defaults_of(self.model), **{k: v for k, v in config.items() if v is not None}}

    def as_json(self) -> dict[str, Any]:
        schema = self.model.model_json_schema(by_alias=True)
        return {
            "type": self.type, "version": self.version, "family": self.family, "labels": self.labels.labels(),
            "help": self.help.labels(), "pinyin": self.pinyin, "kinds": list(self.kinds), "ports": self.ports.as_json(),
            "schema": schema, "defaults": defaults_of(self.model), "summary": self.summary.labels(), "starts": self.starts, "outcomes": list(self.outcomes),
        }  # fmt: skip


def defaults_of(model: type[BaseModel]) -> dict[str, Any]:
    """Defaults of the settings that have one, by alias, as JSON."""
    found: dict[str, Any] = {}
    for name, info in model.model_fields.items():
        if not info.is_required():
            value = info.get_default(call_default_factory=True)
            if value is not None:
                found[info.alias or name] = TypeAdapter(Any).dump_python(value, mode="json")
    return found


def ui(widget: str, zh: str, en: str, **hints: Any) -> dict[str, Any]:
    """json_schema_extra of a setting: how the editor asks for it (see docs/recipes)."""
    return {"x-ui": {"widget": widget, "labels": {"zh": zh, "en": en}, **hints}}


class NoSettings(Body):
    """For node types that need none."""


def local_time(day: Any, clock: str, zone: ZoneInfo) -> datetime:
    """`clock` on `day` in `zone`. In a gap of daylight saving the moment after the gap, in an overlap the first."""
    naive = datetime.combine(day, time.fromisoformat(clock))
    aware = naive.replace(tzinfo=zone, fold=0)
    return aware.astimezone(ZoneInfo("UTC")).astimezone(zone)


FAMILIES = [
    {"key": "audience", "labels": {"zh": "目标客群", "en": "Audience"}, "color": "#0f766e"},
    {"key": "set", "labels": {"zh": "人群运算", "en": "Set operations"}, "color": "#4338ca"},
    {"key": "reward", "labels": {"zh": "权益礼包", "en": "Rewards"}, "color": "#b45309"},
    {"key": "message", "labels": {"zh": "内容触达", "en": "Messages"}, "color": "#1d4ed8"},
    {"key": "abtest", "labels": {"zh": "A/B 测试", "en": "A/B test"}, "color": "#a21caf"},
    {"key": "flow", "labels": {"zh": "流程控制", "en": "Flow"}, "color": "#475569"},
    {"key": "customer", "labels": {"zh": "客户资料", "en": "Customer"}, "color": "#be123c"},
]

registry: Registry[NodeType[Any]] = Registry("canvas_app.nodes.kinds")


def register(kind: type[NodeType[Any]]) -> type[NodeType[Any]]:
    """Class decorator of every node type."""
    registry.register(kind.type, kind())
    return kind


__all__ = [
    "EVENT",
    "Arrivals",
    "Assigned",
    "Context",
    "Given",
    "Heard",
    "Input",
    "NoSettings",
    "NodeType",
    "Outcomes",
    "Park",
    "Pending",
    "Port",
    "Ports",
    "Result",
    "Stay",
    "Touched",
    "register",
    "registry",
    "ui",
]
