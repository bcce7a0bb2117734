"""flow.result: by what became of the message or reward that people got at a step before, waiting for it for some time."""

from collections.abc import Iterable
from typing import Any, Literal

from pydantic import Field, model_validator

from canvas_app.graph.model import Graph
from canvas_app.graph.unfold import drawn
from canvas_app.nodes.awaiting import stay_for_event
from canvas_app.nodes.base import (
    Arrivals,
    Context,
    Heard,
    NodeType,
    Outcomes,
    Park,
    Port,
    Ports,
    Result,
    Stay,
    register,
    registry,
    ui,
)
from canvas_app.nodes.durations import UNITS, Duration
from kernel.language import Text
from kernel.schema import Body
from kernel.sets import People

Name = Literal["clicked", "replied", "opened", "delivered", "failed", "used", "expired"]
_WORDS: dict[str, Text] = {
    "clicked": Text("已点击", "clicked"), "replied": Text("已回复", "replied"), "opened": Text("已打开", "opened"),
    "delivered": Text("已送达", "delivered"), "failed": Text("发送失败", "failed"), "used": Text("已使用", "used"),
    "expired": Text("已过期", "expired"),
}  # fmt: skip
_OF_REWARDS = {"used", "expired"}
# events that can make a result true: a click also says that the message was opened and delivered
_TOLD_BY = {
    "opened": ("opened", "clicked"), "delivered": ("delivered", "opened", "clicked", "replied"),
}  # fmt: skip


class Config(Body):
    """`results` in order of preference, of a message or of a reward. `of`: the step; null: the nearest before."""

    results: list[Name] = Field(
        min_length=1, max_length=5, json_schema_extra=ui(
            "multiselect", "按结果分(排前面的优先)", "By result (the first is best)", order=1,
            options={name: text.labels() for name, text in _WORDS.items()},
            help={"zh": "电话:已接听算“已送达”,占线、未接、关机等算“发送失败”", "en": "Calls: answered is “delivered”; busy, missed or switched off is “failed”"},
        )
    )  # fmt: skip
    within: Duration = Field(
        default_factory=lambda: Duration.model_validate({"days": 1}),
        json_schema_extra=ui("duration", "最多等", "Wait for at most", order=2, units=UNITS),
    )
    leave: Literal["best", "any"] = Field(
        "best", json_schema_extra=ui(
            "select", "什么时候走", "They leave", order=4,
            options={"best": {"zh": "最好的结果一来就走", "en": "when the best result comes"},
                     "any": {"zh": "任一结果一来就走", "en": "when any of them comes"}},
        )
    )  # fmt: skip
    of: str | None = Field(
        None, max_length=64, json_schema_extra=ui(
            "step-picker", "看哪一步的结果", "Of which step", order=3, outcomes=True,
            help={"zh": "不选:前面最近的触达或权益", "en": "Not chosen: the nearest message or reward before"},
        )
    )  # fmt: skip

    @property
    def at_once(self) -> list[Name]:
        """Results that let people go before the time is over."""
        return self.results if self.leave == "any" else self.results[:1]

    @model_validator(mode="after")
    def _one_kind(self) -> "Config":
        if len(set(self.results)) != len(self.results):
            raise ValueError("each result once / 结果不能重复")
        if 0 < len(_OF_REWARDS & set(self.results)) < len(self.results):
            raise ValueError("results of a message or of a reward, not both / 消息的结果与权益的结果不能混在一起")
        return self


@register
class FlowResult(NodeType[Config]):
    type = "flow.result"
    family = "flow"
    labels = Text("结果分流", "By result")
    help = Text(
        "看前面的消息或权益有了什么结果:最好的结果一来就走;否则等到时间到,走那时已有的最好结果;一个也没有走“其他”。"
        "没有收到消息或权益的人马上走“其他”",
        "By what became of the message or reward before: leaves at once when the best result comes; else waits until the time is "
        "over and takes the best there is by then, or “else”. Who never got it goes by “else” at once",
    )
    pinyin = "jieguofenliu jgfl"
    summary = Text("按 {{results}} 分流，最多等 {{within}}", "By {{results}}, waiting at most {{within}}")
    ports = Ports(
        inputs=(Port("in", "人群", "people"),),
        outputs=(
            Port(each="results", names=tuple((name, text.labels()) for name, text in _WORDS.items())),
            Port("else", "其他", "else"),
        ),
    )
    hears = True
    waits = True
    waits_out = "else"
    model = Config

    def process(self, ctx: Context, config: Config, arrived: Arrivals) -> Result:
        out, park = {key: People() for key in (*config.results, "else")}, list[Park]()
        known = self._known(ctx, config, arrived.everybody)
        for stay in arrived.by_arrival(ctx.now):
            deadline = stay.since + config.within.delta
            over = ctx.now >= deadline
            rest = self._leave(config, stay, known, out, over=over)
            if over:
                out["else"] |= rest
            else:
                park.append(stay_for_event(stay, rest, ctx.now, deadline))
        return Result(out=out, park=park)

    def _known(self, ctx: Context, config: Config, people: People) -> Outcomes:
        return ctx.outcomes(config.of, config.results, people) if config.of else Outcomes(People(), {})

    def _leave(self, config: Config, stay: Stay, known: Outcomes, out: dict[str, People], *, over: bool) -> People:
        """Those who may go now are put into `out`; the others are given back."""
        rest = stay.people & known.had
        out["else"] |= stay.people - known.had
        for name in config.results if over else config.at_once:
            there = rest & known.by.get(name, People())
            out[name] |= there
            rest = rest - there
        return rest

    def placed(self, config: Config, graph: Graph, node: str) -> Config:
        if config.of:
            return config
        return config.model_copy(update={"of": graph.nearest_before(node, _able(set(config.results)))})

    def misplaced(self, config: dict[str, Any], graph: Graph, node: str) -> Iterable[str]:
        results, of = set(config.get("results") or []), config.get("of")
        able = _able(results)
        before = graph.upstream(node)
        if of and (of not in before or graph.nodes[of].type not in able):
            yield "/of"
        elif results and not any(graph.nodes[n].type in able for n in before):
            yield "/results"

    def may_free(self, config: Config, heard: Heard) -> bool:
        """Its run may be that of an older version, so the run is left to `process`."""
        node = str(heard.properties.get("node"))
        return config.of in (node, drawn(node))

    def watches(self, config: dict[str, Any]) -> set[str]:
        """What does not let people go before the time is over is asked for then."""
        results = config.get("results")
        if not isinstance(results, list):
            return set()
        at_once = results if config.get("leave") == "any" else results[:1]
        return {f"{_room(str(name))}.{told}" for name in at_once for told in _TOLD_BY.get(str(name), (str(name),))}


def _room(result: str) -> str:
    return "reward" if result in _OF_REWARDS else "message"


def _able(results: set[str]) -> set[str]:
    """Types of step of which all these results can come."""
    return {kind.type for kind in registry.values() if results <= set(kind.outcomes)}
