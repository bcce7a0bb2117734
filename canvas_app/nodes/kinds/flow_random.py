"""flow.random: divides by share without being an experiment."""

from pydantic import Field, model_validator

from abtest.facade import assign
from canvas_app.nodes.base import Arrivals, Context, NodeType, Port, Ports, Result, register, ui
from kernel.language import Text
from kernel.schema import Body
from kernel.sets import People


class Branch(Body):
    key: str = Field(pattern=r"^[A-Za-z0-9_-]{1,32}$")
    label: str | None = None
    share: float = Field(gt=0, le=100)


class Config(Body):
    branches: list[Branch] = Field(
        default_factory=lambda: [Branch(key="a", label="A", share=50), Branch(key="b", label="B", share=50)],
        min_length=2, max_length=30, json_schema_extra=ui("shares", "去向与比例", "Branches and shares", order=1),
    )  # fmt: skip

    @model_validator(mode="after")
    def _keys_differ(self) -> "Config":
        if len({b.key for b in self.branches}) != len(self.branches):
            raise ValueError("branch keys must differ / 分支标识不能重复")
        return self


@register
class Random(NodeType[Config]):
    type = "flow.random"
    family = "flow"
    labels = Text("随机分流", "Random split")
    help = Text(
        "按比例随机分到几路;同一次进入里同一个人走同一路,再次进入可能不同",
        "Sends people at random by share: the same way within one entry, perhaps another with the next",
    )
    pinyin = "suijifenliu sjfl"
    summary = Text("随机分到 {{branches}}", "At random to {{branches}}")
    ports = Ports(inputs=(Port("in", "人群", "people"),), outputs=(Port(each="branches"),))
    model = Config

    def process(self, ctx: Context, config: Config, arrived: Arrivals) -> Result:
        """The same way for the same person however often they come by in one entry; another entry may go another way."""
        shares, out = [(b.key, b.share) for b in config.branches], {b.key: People() for b in config.branches}
        for entry, group in ctx.entries(arrived.everybody):
            for key, part in assign(f"{ctx.salt}:{entry}", shares, 0, group).items():
                if key in out:
                    out[key] |= part
        return Result(out=out)
