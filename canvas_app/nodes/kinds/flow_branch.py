"""flow.branch: by customer rule, first match wins, `else` for the rest."""

from collections.abc import Iterable
from typing import Any

from pydantic import Field, model_validator

from canvas_app.nodes.base import Arrivals, Context, NodeType, Port, Ports, Result, register, ui
from kernel.language import Text
from kernel.schema import Body
from kernel.sets import People


class Branch(Body):
    key: str = Field(pattern=r"^[A-Za-z0-9_-]{1,32}$")
    label: str | None = None
    rule: dict[str, Any]


class Config(Body):
    branches: list[Branch] = Field(
        min_length=1,
        max_length=20,
        json_schema_extra=ui("branches", "分支(从上到下,先满足先走)", "Branches (first match wins)", order=1),
    )

    @model_validator(mode="after")
    def _keys_differ(self) -> "Config":
        keys = [b.key for b in self.branches]
        if len(set(keys)) != len(keys) or "else" in keys:
            raise ValueError("branch keys must differ / 分支标识不能重复,也不能叫 else")
        return self


@register
class FlowBranch(NodeType[Config]):
    type = "flow.branch"
    family = "flow"
    labels = Text("条件分支", "Branch")
    help = Text(
        "按客户条件分流,先满足先走,其余走“其他”",
        "By condition; the first that holds wins, the rest goes by “else”",
    )
    pinyin = "tiaojianfenzhi tjfz"
    summary = Text("按 {{branches}} 分支", "Branch by {{branches}}")
    ports = Ports(inputs=(Port("in", "人群", "people"),), outputs=(Port(each="branches"), Port("else", "其他", "else")))
    model = Config

    def process(self, ctx: Context, config: Config, arrived: Arrivals) -> Result:
        left, out = arrived.everybody, dict[str, People]()
        for branch in config.branches:
            out[branch.key] = ctx.people_of_rule(branch.rule, left) & left
            left = left - out[branch.key]
        return Result(out={**out, "else": left})

    def rules(self, config: dict[str, Any]) -> Iterable[tuple[Any, str]]:
        for i, branch in enumerate(config.get("branches") or []):
            if isinstance(branch, dict) and "rule" in branch:
                yield branch["rule"], f"/branches/{i}/rule"
