"""Set operations: union, intersection, difference, symmetric difference, priority. Any number of inputs (AUD-6)."""

from functools import reduce

from pydantic import Field

from canvas_app.nodes.base import Arrivals, Context, NodeType, NoSettings, Port, Ports, Result, register, ui
from kernel.language import Text
from kernel.schema import Body
from kernel.sets import People, union

_MANY = Ports(inputs=(Port("in", "各路人群", "inputs", numbered_too=True),), outputs=(Port("out", "结果", "result"),))
OUTSIDE = "not_in_result"


def _result(kept: People, arrived: Arrivals) -> Result:
    rest = arrived.new - kept
    return Result(out={"out": kept}, dropped={OUTSIDE: rest} if rest else {})


class SetNode(NodeType[NoSettings]):
    family = "set"
    gathers = True
    ports = _MANY
    model = NoSettings


@register
class Union(SetNode):
    type = "set.union"
    labels = Text("并集", "Union")
    help = Text("任意一路里的人,每人只算一次", "Everybody of any input, each once")
    pinyin = "bingji bj heping"
    summary = Text("合并各路人群,每人一次", "All inputs together, each person once")

    def process(self, ctx: Context, config: NoSettings, arrived: Arrivals) -> Result:
        return Result(out={"out": arrived.new})


@register
class Intersect(SetNode):
    type = "set.intersect"
    labels = Text("交集", "Intersection")
    help = Text("每一路里都有的人", "Those who are in every input")
    pinyin = "jiaoji jj"
    summary = Text("只留下每一路都有的人", "Only those in every input")

    def process(self, ctx: Context, config: NoSettings, arrived: Arrivals) -> Result:
        inputs = [i.people for i in arrived.fresh]
        return _result(reduce(lambda a, b: a & b, inputs) if inputs else People(), arrived)


@register
class Subtract(SetNode):
    type = "set.subtract"
    labels = Text("差集", "Difference")
    help = Text("第一路里、但不在“排除”里的人", "Those of the input who are not in “minus”")
    pinyin = "chaji cj paichu"
    summary = Text("去掉“排除”里的人", "Without those in “minus”")
    ports = Ports(
        inputs=(Port("in", "人群", "people"), Port("minus", "排除", "minus")),
        outputs=(Port("out", "结果", "result"),),
    )

    def process(self, ctx: Context, config: NoSettings, arrived: Arrivals) -> Result:
        return _result(arrived.at("in") - arrived.at("minus"), arrived)


@register
class Xor(SetNode):
    type = "set.xor"
    labels = Text("对称差", "Symmetric difference")
    help = Text(
        "在奇数路里出现的人(两路时:只在其中一路)",
        "Those in an odd number of inputs (with two: in exactly one)",
    )
    pinyin = "duichencha dcc"
    summary = Text("只在其中一路的人", "Those in exactly one of the inputs")

    def process(self, ctx: Context, config: NoSettings, arrived: Arrivals) -> Result:
        return _result(reduce(lambda a, b: a ^ b, (i.people for i in arrived.fresh), People()), arrived)


class PriorityConfig(Body):
    inputs: int = Field(2, ge=2, le=30, json_schema_extra=ui("number", "几路", "How many inputs", order=1))


@register
class Priority(NodeType[PriorityConfig]):
    type = "set.priority"
    family = "set"
    labels = Text("优先去重", "Priority")
    help = Text("每人只留在排在最前的那一路", "Each person stays in the first of the ordered inputs only")
    pinyin = "youxianquchong yxqc"
    summary = Text("{{inputs}} 路去重,前者优先", "{{inputs}} inputs, the first wins")
    ports = Ports(
        inputs=(Port(count="inputs", prefix="in", zh="第 n 路", en="input n"),),
        outputs=(Port(count="inputs", prefix="out", zh="第 n 路", en="output n"),),
    )
    gathers = True
    model = PriorityConfig

    def process(self, ctx: Context, config: PriorityConfig, arrived: Arrivals) -> Result:
        taken, out = People(), dict[str, People]()
        for i in range(1, config.inputs + 1):
            mine = arrived.at(f"in{i}") - taken
            taken = union([taken, mine])
            out[f"out{i}"] = mine
        return Result(out=out)
