"""One thing and then another, or not: left half-way, looked at again and again, how long it took, how often since."""

from typing import TYPE_CHECKING

from pydantic import Field, field_validator

from audiences.condition import CONDITIONS, Condition
from audiences.figure import ZERO, EventFigure
from audiences.forms import ui
from audiences.happened import days_between, events, of_params, text_of, with_values
from audiences.params import Days, Happening, Name, Times
from audiences.window import Window
from customers.fragments import Sql, sql
from customers.moments import Duration
from customers.where import check_path
from kernel.language import Text
from kernel.sets import People

if TYPE_CHECKING:
    from audiences.evaluate import Evaluation


class AbandonedParams(Happening):
    then: Name = Field("order.paid", json_schema_extra=ui(2, "之后没有", "And then not", "event-picker"))
    within: Duration = Field(json_schema_extra=ui(3, "多久之内", "Within", "duration"))


class AbandonedCondition(Condition[AbandonedParams]):
    """At least once did it and not the other within that time, which is over: a cart without an order in 2 hours."""

    key, dimension, labels, model = (
        "abandoned",
        "behaviour",
        Text("做了 A 却没有接着做 B", "Did A, then no B"),
        AbandonedParams,
    )
    help = Text(
        "做了 A,之后规定时间内没做 B,例如加购后 2 小时没下单",
        "Did A and not B within the time after it: a cart without an order in 2 hours",
    )
    cost = 20

    def events(self, params: AbandonedParams) -> set[str]:
        return {params.event, params.then}

    def people(self, params: AbandonedParams, evaluation: "Evaluation") -> People:
        clock = evaluation.world.clock
        ends = params.within.after(Sql("e.occurred_at"), clock)
        start = params.window.ends(clock)[0] if params.window else None
        bound = sql(" AND x.occurred_at <= {}", clock.now)  # the time in which it could follow is over
        bound = bound if start is None else sql("{} AND x.occurred_at > {}", bound, start)
        follows = sql(
            "SELECT FROM {}{} AND x.customer_id = e.customer_id AND x.occurred_at > e.occurred_at AND x.occurred_at <= {}",
            events(evaluation, params.then, alias="x"),
            bound,
            ends,
        )
        return evaluation.select(
            sql(
                "SELECT DISTINCT e.customer_id FROM {} AND {} <= {} AND NOT EXISTS ({})",
                of_params(params, evaluation),
                ends,
                clock.now,
                follows,
            )
        )


class LookedParams(Happening, Times):
    event: Name = Field("product.viewed", json_schema_extra=ui(1, "事件", "Event", "event-picker"))
    property: str = Field("sku", json_schema_extra=ui(2, "按属性", "The same", "property-picker"))
    then: Name = Field("order.paid", json_schema_extra=ui(3, "之后没有", "And then not", "event-picker"))
    then_property: str = Field(
        "items.sku", json_schema_extra=ui(4, "其属性", "Its property", "property-picker", eventField="then")
    )

    @field_validator("property", "then_property")
    @classmethod
    def _a_path(cls, path: str) -> str:
        return check_path(path)


class LookedCondition(EventFigure[LookedParams]):
    """The most often that one product was viewed which was not bought in the same span."""

    key, model = "viewed_not_bought", LookedParams
    labels = Text("多次浏览同一商品却未购买", "Viewed again and again without buying")
    help = Text(
        "反复看同一款却没买,例如同一商品浏览 ≥ 3 次没下单",
        "Looked at one product again and again without buying it: 3 views or more",
    )
    nothing = ZERO
    cost = 25

    def events(self, params: LookedParams) -> set[str]:
        return {params.event, params.then}

    def figures(self, params: LookedParams, evaluation: "Evaluation") -> Sql:
        window = params.window
        seen = sql(
            "SELECT e.customer_id, {} AS item, count(DISTINCT e.id) AS n FROM {} GROUP BY 1, 2",
            text_of(params.property),
            with_values(params.property, of_params(params, evaluation)),
        )
        bought = sql(
            "SELECT e.customer_id, {} AS item FROM {}",
            text_of(params.then_property),
            with_values(params.then_property, events(evaluation, params.then, window=window)),
        )
        return sql(
            "SELECT s.customer_id, max(s.n)::numeric AS figure FROM ({}) AS s WHERE s.item IS NOT NULL AND NOT EXISTS "
            "(SELECT FROM ({}) AS b WHERE b.customer_id = s.customer_id AND b.item = s.item) GROUP BY 1",
            seen,
            bought,
        )


class LagParams(Happening, Days):
    then: Name = Field(json_schema_extra=ui(2, "到首次", "To the first", "event-picker"))


class LagCondition(EventFigure[LagParams]):
    """Days from the first A to the first B after it; without both there is none."""

    key, labels, model = "time_to", Text("从 A 到 B 用了几天", "Days from A to B"), LagParams
    help = Text(
        "从首次 A 到其后首次 B 隔几天,例如注册到首单 ≤ 3 天",
        "Days from the first A to the first B after it: from registration to the first order 3 or less",
    )
    cost = 20

    def events(self, params: LagParams) -> set[str]:
        return {params.event, params.then}

    def figures(self, params: LagParams, evaluation: "Evaluation") -> Sql:
        first = sql("SELECT e.customer_id, min(e.occurred_at) AS at FROM {} GROUP BY 1", of_params(params, evaluation))
        start = params.window.ends(evaluation.world.clock)[0] if params.window else None
        later = Sql("") if start is None else sql(" AND b.occurred_at > {}", start)
        return sql(
            "SELECT a.customer_id, " + days_between("min(b.occurred_at)", "a.at") + " AS figure FROM ({}) AS a, "
            "{}{} AND b.customer_id = a.customer_id AND b.occurred_at > a.at GROUP BY 1, a.at",
            first,
            events(evaluation, params.then, alias="b"),
            later,
        )


class AfterParams(Happening, Times):
    since: Name = Field(json_schema_extra=ui(2, "自最近一次", "Since the latest", "event-picker"))


class AfterCondition(EventFigure[AfterParams]):
    """How often since the latest time of another event: no order since the last reward. Without that one there is no such number."""

    key, labels, model = "since_event", Text("自某事之后做过几次", "Times since another event"), AfterParams
    help = Text(
        "自最近一次 A 之后又做了几次 B,例如领券后下单 = 0 次",
        "How often since the latest time of another event: 0 orders since the last coupon",
    )
    cost = 20

    def events(self, params: AfterParams) -> set[str]:
        return {params.event, params.since}

    def figures(self, params: AfterParams, evaluation: "Evaluation") -> Sql:
        window: Window | None = params.window
        anchor = sql(
            "SELECT e.customer_id, max(e.occurred_at) AS at FROM {} GROUP BY 1",
            events(evaluation, params.since, window=window),
        )
        counted = sql("SELECT e.customer_id, e.occurred_at AS at FROM {}", of_params(params, evaluation))
        return sql(
            "SELECT a.customer_id, count(b.at)::numeric AS figure FROM ({}) AS a LEFT JOIN ({}) AS b "
            "ON b.customer_id = a.customer_id AND b.at > a.at GROUP BY 1",
            anchor,
            counted,
        )


for condition in (AbandonedCondition(), LookedCondition(), LagCondition(), AfterCondition()):
    CONDITIONS.register(condition.key, condition)
