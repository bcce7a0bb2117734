"""The staff whose customer somebody is: how many, since when, what they are like, who was first, what they have to do."""

from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field

from audiences.condition import CONDITIONS, RowCondition
from audiences.conditions.customer import STAFF_OPERATORS
from audiences.figure import ZERO, Figure
from audiences.forms import ui
from audiences.params import Comparing, Moment, Name, Numbered, Times, counted
from audiences.world import World
from customers.fragments import Sql, member, sql
from customers.operators import OPERATORS, operators_of
from kernel.language import Text
from kernel.schema import Body

if TYPE_CHECKING:
    from audiences.evaluate import Evaluation

_RELATION = "FROM customers_staffrelation r WHERE r.tenant_id = {}"
_MEMBER = "FROM customers_staffrelation r JOIN customers_staff s ON s.tenant_id = r.tenant_id AND s.id = r.staff_id WHERE r.tenant_id = {}"


class AdviserCountParams(Numbered):
    value: Any = counted("人", "people")


class AdviserCountCondition(Figure[AdviserCountParams]):
    """0: nobody looks after them."""

    key, dimension, labels, model = (
        "staff_count",
        "group",
        Text("所属员工人数(0 为无人跟进)", "Number of staff"),
        AdviserCountParams,
    )
    help = Text(
        "有几位员工跟进,0 为无人跟进",
        "How many staff look after the customer; 0: nobody",
    )
    nothing = ZERO

    def figures(self, params: AdviserCountParams, evaluation: "Evaluation") -> Sql:
        return sql(
            "SELECT r.customer_id, count(*)::numeric AS figure " + _RELATION + "{} GROUP BY 1",
            evaluation.world.tenant_id,
            evaluation.only("r.customer_id"),
        )


class AdviserSinceCondition(Figure[Moment]):
    """Since when they have had the first of the staff whom they have now."""

    key, dimension, labels, model = "staff_since", "group", Text("开始有员工跟进的时间", "Has had staff since"), Moment
    help = Text(
        "从什么时候开始有员工跟进,例如过去 7 天内",
        "Since when they have had staff: within the last 7 days",
    )
    operators = tuple(operators_of("datetime"))

    def figures(self, params: Moment, evaluation: "Evaluation") -> Sql:
        return sql(
            "SELECT r.customer_id, min(r.since) AS figure " + _RELATION + "{} GROUP BY 1",
            evaluation.world.tenant_id,
            evaluation.only("r.customer_id"),
        )


class AdviserLikeParams(Comparing):
    against = "any"
    key: Name = Field(json_schema_extra=ui(1, "员工属性", "Attribute of staff", "text", help=Text("如 store、level", "such as store, level")))  # fmt: skip
    op: str = Field("eq", json_schema_extra=ui(2, "比较", "Operator"))
    value: Any = Field(None, json_schema_extra=ui(3, "值", "Value", "text"))

    def sql(self, world: World) -> Sql:
        return self._compared.sql(member(Sql("s.attributes"), self.key), world.clock)


class AdviserLikeCondition(RowCondition[AdviserLikeParams]):
    """One of their staff has an attribute that compares: the shop, the level."""

    key, dimension, labels, model = (
        "staff_attribute",
        "group",
        Text("所属员工的属性(门店等)", "Staff with an attribute"),
        AdviserLikeParams,
    )
    help = Text(
        "跟进员工的资料,例如门店等于人民路店",
        "Something about one of their staff: the shop is People's Road",
    )
    operators = tuple(OPERATORS)

    def row(self, params: AdviserLikeParams, world: World) -> Sql:
        return sql(
            "EXISTS (SELECT " + _MEMBER + " AND r.customer_id = c.id AND {})", world.tenant_id, params.sql(world)
        )


class FirstAdviserParams(Body):
    op: Literal["has_any", "has_none"] = Field(
        "has_any", json_schema_extra=ui(1, "比较", "Operator", options=STAFF_OPERATORS)
    )
    value: list[Name] = Field(
        min_length=1, max_length=200,
        json_schema_extra=ui(2, "员工", "Staff", "staff-picker"),
    )  # fmt: skip


class FirstAdviserCondition(RowCondition[FirstAdviserParams]):
    """Who had them first of the staff whom they have now; `has_none` includes those whom nobody has."""

    key, dimension, labels, model = (
        "staff_first",
        "group",
        Text("首位添加的员工", "First of their staff"),
        FirstAdviserParams,
    )
    help = Text(
        "现有跟进员工中最早添加的那一位",
        "Who of their present staff had them first",
    )
    operators = tuple(STAFF_OPERATORS)

    def row(self, params: FirstAdviserParams, world: World) -> Sql:
        earlier = sql(
            "SELECT " + _RELATION.replace(" r ", " o ").replace("r.", "o.")
            + " AND o.customer_id = c.id AND (o.since, o.staff_id) < (r.since, r.staff_id)",
            world.tenant_id,
        )  # fmt: skip
        found = sql(
            "EXISTS (SELECT " + _MEMBER + " AND r.customer_id = c.id AND s.external_id = ANY({}) AND NOT EXISTS ({}))",
            world.tenant_id,
            params.value,
            earlier,
        )
        return sql("NOT {}", found) if params.op == "has_none" else found


STATUSES = {
    "open": Text("待办", "open"),
    "done": Text("已完成", "done"),
    "dismissed": Text("已忽略", "dismissed"),
}


class TasksParams(Times):
    value: Any = counted("个", "tasks", 1)
    status: Literal["open", "done", "dismissed"] = Field(
        "open", json_schema_extra=ui(1, "状态", "Status", "select", options=STATUSES)
    )


class TasksCondition(Figure[TasksParams]):
    key, dimension, labels, model = (
        "staff_tasks",
        "group",
        Text("员工跟进任务数", "Tasks for staff about them"),
        TasksParams,
    )
    help = Text(
        "员工名下与此客户有关的任务数,例如待办 ≥ 1 个",
        "Tasks of staff about the customer: one or more open",
    )
    nothing = ZERO

    def figures(self, params: TasksParams, evaluation: "Evaluation") -> Sql:
        return sql(
            "SELECT t.customer_id, count(*)::numeric AS figure FROM customers_stafftask t "
            "WHERE t.tenant_id = {} AND t.status = {} AND t.customer_id IS NOT NULL{} GROUP BY 1",
            evaluation.world.tenant_id,
            params.status,
            evaluation.only("t.customer_id"),
        )


for condition in (
    AdviserCountCondition(), AdviserSinceCondition(), AdviserLikeCondition(), FirstAdviserCondition(), TasksCondition()
):  # fmt: skip
    CONDITIONS.register(condition.key, condition)
