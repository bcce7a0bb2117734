"""Tags that a customer carries."""

from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from audiences.condition import CONDITIONS, Condition
from audiences.forms import ui
from customers.fragments import Sql, sql
from kernel.language import Text
from kernel.schema import Body
from kernel.sets import People

if TYPE_CHECKING:
    from audiences.evaluate import Evaluation

OPERATORS = {
    "has_any": Text("带有任一标签", "has any of"),
    "has_all": Text("带有全部标签", "has all of"),
    "has_none": Text("不带这些标签", "has none of"),
}
Name = Annotated[str, Field(min_length=1, max_length=200)]


class TagParams(Body):
    op: Literal["has_any", "has_all", "has_none"] = Field(
        "has_any", json_schema_extra=ui(1, "比较", "Operator", options=OPERATORS)
    )
    value: list[Name] = Field(min_length=1, max_length=200, json_schema_extra=ui(2, "标签", "Tags", "tag-picker"))


class TagCondition(Condition[TagParams]):
    """A tag that does not exist yet is carried by nobody."""

    key, dimension, labels, model = "tag", "tag", Text("标签", "Tag"), TagParams
    help = Text(
        "有或没有某些标签,例如有“新客”",
        "Carries tags or not, such as “new customer”",
    )
    operators = tuple(OPERATORS)
    cost = 5

    def people(self, params: TagParams, evaluation: "Evaluation") -> People:
        names = sorted(set(params.value))
        if params.op == "has_all":
            enough = sql(" GROUP BY t.customer_id HAVING count(*) = {}", len(names))
            return evaluation.select(_carriers(names, evaluation, enough))
        found = evaluation.select(_carriers(names, evaluation, Sql("")))
        return evaluation.rest(found) if params.op == "has_none" else found


def _carriers(names: list[str], evaluation: "Evaluation", tail: Sql) -> Sql:
    return sql(
        "SELECT t.customer_id FROM customers_customertag t WHERE t.tenant_id = {} AND t.tag_id IN "
        "(SELECT id FROM customers_tag WHERE tenant_id = {} AND name = ANY({})){}{}",
        evaluation.world.tenant_id,
        evaluation.world.tenant_id,
        names,
        evaluation.only("t.customer_id"),
        tail,
    )


CONDITIONS.register(TagCondition.key, TagCondition())
