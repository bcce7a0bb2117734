"""What orders are worth and how much is in them (`order.paid`: amount, items.quantity)."""

from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field

from audiences.condition import CONDITIONS
from audiences.figure import Figure
from audiences.forms import ui
from audiences.happened import events
from audiences.params import Numbered, Windowed, counted
from customers.fragments import Sql, member, sql
from customers.readings import number_sql
from customers.where import Filter
from kernel.language import Text

if TYPE_CHECKING:
    from audiences.evaluate import Evaluation

ORDER = "order.paid"
AMOUNTS = {
    "total": Text("累计", "in all"),
    "avg": Text("平均每单(客单价)", "average per order"),
    "largest": Text("最大一单", "largest order"),
    "smallest": Text("最小一单", "smallest order"),
    "first": Text("首单", "first order"),
    "last": Text("最近一单", "latest order"),
}
_AMOUNT = {
    "total": "sum(amount)",
    "avg": "avg(amount)",
    "largest": "max(amount)",
    "smallest": "min(amount)",
    "first": "(array_agg(amount ORDER BY at, id))[1]",
    "last": "(array_agg(amount ORDER BY at DESC, id DESC))[1]",
}


class Orders(Windowed, Numbered):
    where: list[Filter] = Field([], max_length=20, json_schema_extra=ui(90, "并且", "Where", "event-where"))


class AmountParams(Orders):
    measure: Literal["total", "avg", "largest", "smallest", "first", "last"] = Field(
        "total", json_schema_extra=ui(1, "金额", "Amount", "select", options=AMOUNTS)
    )


class OrderFigure(Figure[Orders]):
    """Orders without the figure do not count; no order has none."""

    dimension = "behaviour"
    cost = 12

    def events(self, params: Orders) -> set[str]:
        return {ORDER}


class AmountCondition(OrderFigure):
    key, labels, model = "order_amount", Text("消费金额", "Amount spent"), AmountParams
    help = Text(
        "支付订单的金额,例如最近一年累计 ≥ 5000 元",
        "Amount of paid orders: 5,000 or more in all in the last year",
    )

    def figures(self, params: Orders, evaluation: "Evaluation") -> Sql:
        amount = number_sql(member(Sql("e.properties"), "amount"))
        source = events(evaluation, ORDER, params.where, params.window)
        rows = sql("SELECT e.customer_id, e.id, e.occurred_at AS at, {} AS amount FROM {}", amount, source)
        measured = _AMOUNT[getattr(params, "measure")]  # noqa: B009  # AmountParams
        return sql(
            "SELECT customer_id, " + measured + " AS figure FROM ({}) AS o WHERE amount IS NOT NULL GROUP BY 1", rows
        )


BASKETS = {
    "avg": Text("平均每单件数", "average per order"),
    "largest": Text("最多一单件数", "most in one order"),
    "total": Text("累计件数", "in all"),
}
_BASKET = {"avg": "avg(pieces)", "largest": "max(pieces)", "total": "sum(pieces)"}


class BasketParams(Orders):
    value: Any = counted("件", "pieces")
    measure: Literal["avg", "largest", "total"] = Field(
        "avg", json_schema_extra=ui(1, "件数", "Pieces", "select", options=BASKETS)
    )


class BasketCondition(OrderFigure):
    """Pieces: the quantities of the items; an item without one is one piece."""

    key, labels, model = "basket", Text("购买件数(连带)", "Pieces bought"), BasketParams
    help = Text(
        "订单里的件数,例如平均每单 ≥ 3 件",
        "Pieces in paid orders: 3 or more an order on average",
    )

    def figures(self, params: Orders, evaluation: "Evaluation") -> Sql:
        pieces = sql(
            "(SELECT sum(coalesce({}, 1)) FROM jsonb_path_query(e.properties, '$.items[*]') AS i)",
            number_sql(Sql("(i -> 'quantity')")),
        )
        source = events(evaluation, ORDER, params.where, params.window)
        rows = sql("SELECT e.customer_id, {} AS pieces FROM {} OFFSET 0", pieces, source)
        measured = _BASKET[getattr(params, "measure")]  # noqa: B009  # BasketParams
        return sql(
            "SELECT customer_id, " + measured + " AS figure FROM ({}) AS o WHERE pieces IS NOT NULL GROUP BY 1", rows
        )


for condition in (AmountCondition(), BasketCondition()):
    CONDITIONS.register(condition.key, condition)
