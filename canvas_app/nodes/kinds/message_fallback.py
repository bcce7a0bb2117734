"""message.fallback: one touch after the other until one gets through (push, then SMS; a VIP's adviser first)."""

from collections.abc import Iterable, Iterator
from typing import Any, Literal

from pydantic import Field, model_validator

from canvas_app.graph.unfold import Stage, Stages, Way
from canvas_app.nodes.base import NodeType, Port, Ports, register, ui
from canvas_app.nodes.durations import UNITS, Duration
from kernel.language import Text
from kernel.schema import Body

Until = Literal["sent", "delivered", "opened", "clicked", "replied"]
REACHED, NOT_REACHED = "reached", "not_reached"
_YES = "yes"
_UNTIL = {
    "sent": {"zh": "已发出", "en": "sent"}, "delivered": {"zh": "已送达", "en": "delivered"}, "opened": {"zh": "已打开", "en": "opened"},
    "clicked": {"zh": "已点击", "en": "clicked"}, "replied": {"zh": "已回复", "en": "replied"},
}  # fmt: skip
_BY_MESSAGE = {"field": "by", "equals": "message"}
_BY_STAFF = {"field": "by", "equals": "staff"}


class Touch(Body):
    """A message that has to be `until` within that time, or a task for whoever looks after the customer."""

    by: Literal["message", "staff"] = Field(
        "message", json_schema_extra=ui(
            "select", "方式", "By", order=1,
            options={"message": {"zh": "发消息", "en": "a message"}, "staff": {"zh": "交给专属顾问", "en": "their own adviser"}},
        ),
    )  # fmt: skip
    template: str | None = Field(
        None, json_schema_extra=ui("template-picker", "消息模板", "Template", order=2, visibleWhen=_BY_MESSAGE)
    )
    until: Until = Field(
        "delivered", json_schema_extra=ui(
            "select", "怎样算触达", "Reached when", order=3, options=_UNTIL, visibleWhen=_BY_MESSAGE,
            help={"zh": "渠道没有回执时请选“已发出”", "en": "Choose “sent” for a channel without receipts"},
        ),
    )  # fmt: skip
    within: Duration = Field(
        default_factory=lambda: Duration.model_validate({"hours": 2}),
        json_schema_extra=ui("duration", "最多等", "Within", order=4, units=UNITS, visibleWhen=_BY_MESSAGE),
    )
    title: str | None = Field(
        None, max_length=200,
        json_schema_extra={"x-liquid": True, **ui("text", "任务标题", "Title of the task", order=5, visibleWhen=_BY_STAFF)},
    )  # fmt: skip
    only: dict[str, Any] | None = Field(
        None, json_schema_extra=ui(
            "rule", "只对这些客户", "Only for", order=6,
            help={"zh": "不满足的人直接走下一种触达", "en": "Others go straight on to the next touch"},
        ),
    )  # fmt: skip

    @model_validator(mode="after")
    def _complete(self) -> "Touch":
        if self.by == "message" and self.until != "sent" and not self.within.delta:
            raise ValueError("within must be more than 0 / 等待时长必须大于 0")
        return self


class Config(Body):
    touches: list[Touch] = Field(
        min_length=1, max_length=6, json_schema_extra=ui(
            "list", "依次尝试(触达了就停)", "One after the other, until one gets through", order=1,
            itemLabels={"zh": "触达", "en": "Touch"},
        ),
    )  # fmt: skip


@register
class MessageFallback(NodeType[Config]):
    type = "message.fallback"
    family = "message"
    labels = Text("多渠道触达", "Reach by the first that works")
    help = Text(
        "按顺序尝试多种触达:发不出、没送达或在时限内没有打开的人,自动走下一种;触达了就停,不会重复打扰",
        "Tries one touch after the other: whoever could not be sent to, or was not reached in time, gets the next one; it stops "
        "at the first that gets through",
    )
    pinyin = "duoqudaochuda dqdcd beixuan doudi"
    summary = Text("依次尝试 {{touches}}", "Try in turn {{touches}}")
    ports = Ports(
        inputs=(Port("in", "人群", "people"),),
        outputs=(
            Port(REACHED, "已触达", "reached", optional=True), Port(NOT_REACHED, "都没触达", "not reached", optional=True),
        ),
    )  # fmt: skip
    staged = True
    outcomes = ("clicked", "replied", "opened", "delivered", "failed")
    model = Config

    def made_of(self, config: Config, node: str) -> Stages:
        stages, ways = list[Stage](), list[Way]()
        for at, touch in enumerate(config.touches, 1):
            further = {"to": _first(config, at + 1)} if at < len(config.touches) else {"out": NOT_REACHED}
            for stage, *found in _stages(touch, at, node, further):
                stages.append(stage)
                ways += found
        return Stages(tuple(stages), tuple(ways))

    def references(self, config: dict[str, Any]) -> Iterable[tuple[str, str, str]]:
        for i, touch in enumerate(_touches(config)):
            if touch.get("template") and touch.get("by", "message") == "message":
                yield "template", str(touch["template"]), f"/touches/{i}/template"

    def rules(self, config: dict[str, Any]) -> Iterable[tuple[Any, str]]:
        for i, touch in enumerate(_touches(config)):
            if touch.get("only") is not None:
                yield touch["only"], f"/touches/{i}/only"

    def texts(self, config: dict[str, Any]) -> Iterable[tuple[Any, str]]:
        for i, touch in enumerate(_touches(config)):
            if touch.get("title"):
                yield touch["title"], f"/touches/{i}/title"

    def unset(self, config: dict[str, Any]) -> str | None:
        """A message needs its template, a task its title."""
        for i, touch in enumerate(_touches(config)):
            needs = "title" if touch.get("by") == "staff" else "template"
            if not touch.get(needs):
                return f"touches/{i}/{needs}"
        return None


def _touches(config: dict[str, Any]) -> list[dict[str, Any]]:
    """Of settings that may be incomplete."""
    found = config.get("touches")
    return [t for t in found if isinstance(t, dict)] if isinstance(found, list) else []


def _first(config: Config, at: int) -> str:
    return f"{at}q" if config.touches[at - 1].only else str(at)


def _stages(touch: Touch, at: int, node: str, further: dict[str, str]) -> Iterator[tuple[Stage, *tuple[Way, ...]]]:
    """Who it is for, the touch, and waiting for what comes of it; each with its ways on."""
    asked, done, waiting = f"{at}q", str(at), f"{at}r"
    if touch.only:
        rule = {"branches": [{"key": _YES, "rule": touch.only}]}
        yield Stage(asked, "flow.branch", rule), Way(asked, _YES, to=done), Way(asked, "else", **further)
    if touch.by == "staff":
        task = Stage(done, "staff.notify", {"to": "owner", "title": touch.title})
        yield task, Way(done, "out", out=REACHED), Way(done, "no_staff", **further), Way(done, "failed", **further)
        return
    send = Stage(done, "message.send", {"template": touch.template})
    failing = Way(done, "failed", **further), Way(done, "suppressed", **further)
    if touch.until == "sent":
        yield send, Way(done, "sent", out=REACHED), *failing
        return
    yield send, Way(done, "sent", to=waiting), *failing
    result = {
        "results": [touch.until, "failed"], "within": touch.within.model_dump(), "of": f"{node}/{done}", "leave": "any",
    }  # fmt: skip
    yield (
        Stage(waiting, "flow.result", result, assume=touch.until),
        Way(waiting, touch.until, out=REACHED), Way(waiting, "else", **further), Way(waiting, "failed", **further),
    )  # fmt: skip
