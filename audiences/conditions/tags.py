"""More about tags: how many, of which layer, since when, named how, put on or taken off lately."""

from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field, PrivateAttr, model_validator

from audiences.condition import CONDITIONS, Condition
from audiences.conditions.engagement import EngagementCondition
from audiences.conditions.event import EventParams
from audiences.figure import ZERO, Figure
from audiences.forms import ui
from audiences.params import Comparing, Moment, Name, Times, Windowed, counted
from customers.fragments import Sql, sql
from customers.operators import OPERATORS, operators_of
from kernel.language import Text
from kernel.schema import parse
from kernel.sets import People

if TYPE_CHECKING:
    from audiences.evaluate import Evaluation

_CARRIED = "FROM customers_customertag t WHERE t.tenant_id = {}"
LAYERS = {
    "basic": Text("基础标签", "basic"),
    "behaviour": Text("行为标签", "behaviour"),
    "value": Text("价值标签", "value"),
}


class TagCountParams(Times):
    value: Any = counted("个", "tags", 1)
    layer: Literal["basic", "behaviour", "value"] | None = Field(
        None, json_schema_extra=ui(1, "层", "Layer", "select", options=LAYERS)
    )


class TagCountCondition(Figure[TagCountParams]):
    """At least one of a layer, or none at all: 0."""

    key, dimension, labels, model = "tag_count", "tag", Text("标签数量(可按层)", "Number of tags"), TagCountParams
    help = Text(
        "身上有几个标签,可只数某一层,例如价值标签 = 0",
        "How many tags, of one layer if wanted: no value tag at all",
    )
    nothing = ZERO

    def figures(self, params: TagCountParams, evaluation: "Evaluation") -> Sql:
        tenant = evaluation.world.tenant_id
        layer = Sql("")
        if params.layer is not None:
            layer = sql(
                " AND t.tag_id IN (SELECT id FROM customers_tag WHERE tenant_id = {} AND layer = {})",
                tenant,
                params.layer,
            )
        return sql(
            "SELECT t.customer_id, count(*)::numeric AS figure " + _CARRIED + "{}{} GROUP BY 1",
            tenant,
            layer,
            evaluation.only("t.customer_id"),
        )


class TagSinceParams(Moment):
    tag: Name = Field(json_schema_extra=ui(1, "标签", "Tag", "tag-picker"))


class TagSinceCondition(Figure[TagSinceParams]):
    """Since when they carry it; whoever does not carry it has no such time."""

    key, dimension, labels, model = (
        "tag_since",
        "tag",
        Text("打上标签的时间", "Has carried the tag since"),
        TagSinceParams,
    )
    help = Text(
        "现有标签是什么时候打上的,例如过去 7 天内成为“高价值”",
        "Since when the tag has been carried: “high value” within the last 7 days",
    )
    operators = tuple(operators_of("datetime"))

    def figures(self, params: TagSinceParams, evaluation: "Evaluation") -> Sql:
        tenant = evaluation.world.tenant_id
        return sql(
            "SELECT t.customer_id, t.at AS figure "
            + _CARRIED
            + " AND t.tag_id = (SELECT id FROM customers_tag WHERE tenant_id = {} AND name = {}){}",
            tenant,
            tenant,
            params.tag,
            evaluation.only("t.customer_id"),
        )


_NAMED = ("starts_with", "ends_with", "contains", "matches")


class TagNamedParams(Comparing):
    against = "string"
    op: Literal["starts_with", "ends_with", "contains", "matches"] = Field(
        "contains", json_schema_extra=ui(1, "比较", "Operator", options={op: OPERATORS[op].labels for op in _NAMED})
    )
    value: Any = Field(None, json_schema_extra=ui(2, "标签名", "Name", "text"))


class TagNamedCondition(Condition[TagNamedParams]):
    """Carries a tag whose name is like this: every tag of a family, those to come included."""

    key, dimension, labels, model = "tag_named", "tag", Text("标签名包含", "Has a tag named like"), TagNamedParams
    help = Text(
        "名字像这样的任一标签,例如名称包含“2026”",
        "Any tag with a name like this: the name contains “2026”",
    )
    operators = _NAMED
    cost = 6

    def people(self, params: TagNamedParams, evaluation: "Evaluation") -> People:
        tenant = evaluation.world.tenant_id
        return evaluation.select(
            sql(
                "SELECT DISTINCT t.customer_id "
                + _CARRIED
                + " AND t.tag_id = ANY(ARRAY(SELECT id FROM customers_tag WHERE tenant_id = {} AND {})){}",
                tenant,
                tenant,
                params.compared().sql_typed(Sql("name::text"), evaluation.world.clock),
                evaluation.only("t.customer_id"),
            )
        )


CHANGES = {"added": Text("打上过", "was put on"), "removed": Text("被移除过", "was taken off")}


class TagChangedParams(Windowed, Times):
    result: Literal["added", "removed"] = Field(
        "added", json_schema_extra=ui(1, "变化", "Change", "select", options=CHANGES)
    )
    tag: Name | None = Field(None, json_schema_extra=ui(2, "标签", "Tag", "tag-picker"))

    _event: EventParams = PrivateAttr()

    @model_validator(mode="after")
    def _as_event(self) -> "TagChangedParams":
        where = [] if self.tag is None else [{"property": "tag", "op": "eq", "value": self.tag}]
        sent = {"event": f"tag.{self.result}", "op": self.op, "value": self.value, "where": where}
        self._event = parse(EventParams, sent)
        self._event.window = self.window
        return self

    def event(self) -> EventParams:
        return self._event


class TagChangedCondition(EngagementCondition[Any]):
    key, labels, model = "tag_changed", Text("标签变动记录", "A tag was put on or taken off"), TagChangedParams
    help = Text(
        "标签被打上或去掉过几次,例如过去 30 天被打上“流失预警”",
        "How often a tag was put on or taken off: “about to churn” put on in the last 30 days",
    )
    dimension = "tag"


for condition in (TagCountCondition(), TagSinceCondition(), TagNamedCondition(), TagChangedCondition()):
    CONDITIONS.register(condition.key, condition)
