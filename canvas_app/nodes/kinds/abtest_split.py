"""abtest.split: 2–30 variants by share, and a control group that gets nothing (ABT-1)."""

from typing import Annotated

from pydantic import Field, model_validator

from abtest.facade import assign
from canvas_app.nodes.base import Arrivals, Context, NodeType, Port, Ports, Result, register, ui
from kernel.language import Text
from kernel.schema import Body

Share = Annotated[float, Field(gt=0, le=100)]


class Variant(Body):
    key: str = Field(pattern=r"^[A-Za-z0-9_-]{1,32}$")
    label: str | None = None
    share: Share


class Config(Body):
    """Shares are weights (usually percent); holdout is the percentage kept back before the rest is divided."""

    variants: list[Variant] = Field(
        default_factory=lambda: [Variant(key="a", label="A", share=50), Variant(key="b", label="B", share=50)],
        min_length=2, max_length=30, json_schema_extra=ui("shares", "版本与比例", "Variants and shares", order=1),
    )  # fmt: skip
    holdout: float = Field(
        0, ge=0, lt=100, json_schema_extra=ui("number", "对照组", "Control group", unit="%", order=2)
    )

    @model_validator(mode="after")
    def _keys_differ(self) -> "Config":
        keys = [v.key for v in self.variants]
        if len(set(keys)) != len(keys) or "holdout" in keys:
            raise ValueError("variant keys must differ / 版本标识不能重复,也不能叫 holdout")
        return self


@register
class Split(NodeType[Config]):
    type = "abtest.split"
    family = "abtest"
    labels = Text("A/B 测试", "A/B test")
    help = Text("按比例分流;同一个人永远在同一版本", "Divides by share; the same person is always in the same variant")
    pinyin = "abceshi fenliu shiyan"
    summary = Text("分成 {{variants}}", "Split into {{variants}}")
    ports = Ports(
        inputs=(Port("in", "人群", "people"),),
        outputs=(Port(each="variants"), Port("holdout", "对照组", "control", when="holdout")),
    )
    splits = True
    model = Config

    def process(self, ctx: Context, config: Config, arrived: Arrivals) -> Result:
        shares = [(v.key, v.share) for v in config.variants]
        return Result(
            out={
                k: p
                for k, p in assign(ctx.salt, shares, config.holdout, arrived.everybody).items()
                if k != "holdout" or config.holdout
            }
        )
