"""flow.end: people leave the canvas here."""

from canvas_app.nodes.base import Arrivals, Context, NodeType, NoSettings, Port, Ports, Result, register
from kernel.language import Text


@register
class End(NodeType[NoSettings]):
    type = "flow.end"
    family = "flow"
    labels = Text("结束", "End")
    help = Text("到这里离开画布", "People leave the canvas here")
    pinyin = "jieshu js"
    summary = Text("离开画布", "Leave the canvas")
    ports = Ports(inputs=(Port("in", "人群", "people"),))
    model = NoSettings

    def process(self, ctx: Context, config: NoSettings, arrived: Arrivals) -> Result:
        return Result(dropped={"end": arrived.everybody})
