"""flow.jump: back to an earlier step, so and so often (a reminder a day, three times at most)."""

from pydantic import Field

from canvas_app.nodes.base import Arrivals, Context, NodeType, Port, Ports, Result, register, ui
from kernel.language import Text
from kernel.schema import Body


class Config(Body):
    rounds: int = Field(
        3, ge=1, le=50, json_schema_extra=ui("number", "最多回去几次", "Go back at most (times)", order=1)
    )


@register
class Jump(NodeType[Config]):
    type = "flow.jump"
    family = "flow"
    labels = Text("跳转", "Jump back")
    help = Text(
        "把“再来一轮”连回前面的步骤:每人最多回去这么多次,之后走“已满”。每一轮的消息和权益各算一次",
        "Connect “again” to an earlier step: each person goes back so often, then by “done”. Messages and rewards count once a round",
    )
    pinyin = "tiaozhuan tz huitiao xunhuan"
    summary = Text("最多回去 {{rounds}} 次", "Back at most {{rounds}} times")
    ports = Ports(
        inputs=(Port("in", "人群", "people"),),
        outputs=(Port("again", "再来一轮", "again", back=True), Port("done", "已满", "done")),
    )
    model = Config

    def process(self, ctx: Context, config: Config, arrived: Arrivals) -> Result:
        return Result(out={"again" if ctx.lap < config.rounds else "done": arrived.everybody})

    def rounds(self, config: Config) -> int:
        return config.rounds
