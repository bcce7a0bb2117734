"""What came of our own messages and rewards. These come back as events, so each is a count of such events."""

from typing import TYPE_CHECKING, Any, ClassVar, Literal, TypeVar

from pydantic import Field, PrivateAttr, model_validator

from audiences.condition import CONDITIONS, Condition
from audiences.conditions.event import EventCondition, EventParams
from audiences.conditions.reachable import CHANNELS
from audiences.forms import ui
from audiences.window import Window
from customers.operators import operators_of
from kernel.language import Text
from kernel.schema import Body, parse
from kernel.sets import People

if TYPE_CHECKING:
    from audiences.evaluate import Evaluation

RESULTS = {
    "delivered": Text("已送达", "delivered"),
    "opened": Text("已打开", "opened"),
    "clicked": Text("已点击", "clicked"),
    "replied": Text("已回复", "replied"),
    "failed": Text("发送失败", "failed"),
}
REWARD_RESULTS = {"used": Text("已使用", "used"), "expired": Text("已过期", "expired")}
Id = str | None


class Counted(Body):
    """How many times; once at least when nothing is said."""

    stem: ClassVar[str]
    narrowing: ClassVar[tuple[str, ...]]  # members that are properties of the event, too

    op: str = Field("gte", json_schema_extra=ui(10, "次数", "Times"))
    value: Any = Field(1, json_schema_extra=ui(11, "值", "Value", "number", unit=Text("次", "times")))
    window: Window | None = Field(None, json_schema_extra=ui(12, "时间范围", "Window"))

    _event: EventParams = PrivateAttr()

    @model_validator(mode="after")
    def _as_event(self) -> "Counted":
        chosen = {name: getattr(self, name) for name in self.narrowing}
        where = [{"property": name, "op": "eq", "value": value} for name, value in chosen.items() if value is not None]
        event = f"{self.stem}.{getattr(self, 'result')}"  # noqa: B009  # declared by each subclass
        self._event = parse(EventParams, {"event": event, "op": self.op, "value": self.value, "where": where})
        self._event.window = self.window
        return self

    def event(self) -> EventParams:
        return self._event


class MessageParams(Counted):
    stem, narrowing = "message", ("canvas", "template", "channel")

    result: Literal["delivered", "opened", "clicked", "replied", "failed"] = Field(
        "delivered", json_schema_extra=ui(1, "结果", "Result", "select", options=RESULTS)
    )
    channel: Id = Field(
        None, json_schema_extra=ui(2, "渠道", "Channel", "select", options=CHANNELS) | {"enum": list(CHANNELS)}
    )
    canvas: Id = Field(None, max_length=40, json_schema_extra=ui(3, "画布", "Canvas", "canvas-picker"))
    template: Id = Field(None, max_length=40, json_schema_extra=ui(4, "模板", "Template", "template-picker"))


class RewardParams(Counted):
    stem, narrowing = "reward", ("package", "canvas")

    result: Literal["used", "expired"] = Field(
        "used", json_schema_extra=ui(1, "结果", "Result", "select", options=REWARD_RESULTS)
    )
    package: Id = Field(None, max_length=40, json_schema_extra=ui(2, "权益礼包", "Reward package", "package-picker"))
    canvas: Id = Field(None, max_length=40, json_schema_extra=ui(3, "画布", "Canvas", "canvas-picker"))


C = TypeVar("C", bound=Counted)


class EngagementCondition(Condition[C]):
    """Counts the events that it stands for."""

    dimension = "behaviour"
    operators = tuple(operators_of("number"))
    cost = 10
    _events = EventCondition()

    def events(self, params: C) -> set[str]:
        return {params.event().event}

    def slides(self, params: C) -> Window | None:
        return self._events.slides(params.event())

    def people(self, params: C, evaluation: "Evaluation") -> People:
        return self._events.people(params.event(), evaluation)


class MessageCondition(EngagementCondition[MessageParams]):
    key, labels, model = (
        "message",
        Text("收到 / 打开 / 点击消息", "Received, opened or clicked a message"),
        MessageParams,
    )
    help = Text(
        "收到、打开、点击过消息几次,例如最近 30 天点击 ≥ 1 次",
        "How often messages were received, opened or clicked: clicked at least once in the last 30 days",
    )


class RewardCondition(EngagementCondition[RewardParams]):
    key, labels, model = "reward", Text("使用权益", "Used a reward"), RewardParams
    help = Text(
        "使用(或过期)过权益几次,例如最近 90 天用券 ≥ 2 次",
        "How often rewards were used or lapsed: used 2 or more in the last 90 days",
    )


CONDITIONS.register(MessageCondition.key, MessageCondition())
CONDITIONS.register(RewardCondition.key, RewardCondition())
