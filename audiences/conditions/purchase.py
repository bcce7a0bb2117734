"""Where a customer stands as a buyer: life-cycle stage and RFM scores, worked out from `order.paid` as of now.

The definitions are those of the kept figures (audiences/figures/definitions); asked here, the answer is never behind.
Who bought nothing in the last 365 days has no score: it is missing.
"""

from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field

from audiences.condition import CONDITIONS, Condition
from audiences.figures.definitions import ORDER, STAGES, YEAR, definitions, fifth
from audiences.forms import ui
from audiences.params import Numbered
from customers.fragments import Sql, member, sql
from customers.operators import OPERATORS, operators_of
from customers.readings import number_sql
from kernel.language import Text
from kernel.schema import Body
from kernel.sets import People

if TYPE_CHECKING:
    from audiences.evaluate import Evaluation

SCORES = {
    "recency": Text("最近一次购买(R)", "Recency"),
    "frequency": Text("购买次数(F)", "Frequency"),
    "monetary": Text("购买金额(M)", "Monetary"),
}
Stage = Literal["potential", "first_purchase", "repeat", "retained", "churned"]
_MEMBERS = ("in", "not_in")


class LifecycleParams(Body):
    op: Literal["in", "not_in"] = Field(
        "in", json_schema_extra=ui(1, "比较", "Operator", options={op: OPERATORS[op].labels for op in _MEMBERS})
    )
    value: list[Stage] = Field(min_length=1, max_length=5, json_schema_extra=ui(2, "阶段", "Stage", options=STAGES))

    def wanted(self) -> list[str]:
        return [stage for stage in STAGES if (stage in self.value) == (self.op == "in")]


class LifecycleCondition(Condition[LifecycleParams]):
    key, dimension, labels, model = "lifecycle", "behaviour", Text("生命周期阶段", "Life-cycle stage"), LifecycleParams
    help = Text(
        "按购买情况分的阶段,例如流失;阈值在设置里",
        "The stage by what was bought, such as churned; thresholds are in the settings",
    )
    operators = _MEMBERS
    cost = 15

    def events(self, params: LifecycleParams) -> set[str]:
        return {ORDER}

    def people(self, params: LifecycleParams, evaluation: "Evaluation") -> People:
        """Those without orders are the rest of the buyers."""
        wanted = params.wanted()
        if "potential" in wanted:
            return evaluation.rest(self._buyers([stage for stage in STAGES if stage not in wanted], evaluation))
        return self._buyers(wanted, evaluation)

    def _buyers(self, stages: list[str], evaluation: "Evaluation") -> People:
        """Buyers in these stages."""
        clock = evaluation.world.clock
        stage = definitions().stage(Sql("max(e.occurred_at)"), Sql("count(*)"), Sql("min(e.occurred_at)"), clock)
        return evaluation.select(sql(
            "SELECT e.customer_id FROM customers_event e WHERE e.tenant_id = {} AND e.name = {}{} "
            "GROUP BY e.customer_id HAVING {} = ANY({}::text[])",
            evaluation.world.tenant_id, ORDER, evaluation.only("e.customer_id"), stage, stages,
        ))  # fmt: skip


class RfmParams(Numbered):
    score: Literal["recency", "frequency", "monetary"] = Field(
        json_schema_extra=ui(1, "分值", "Score", "select", options=SCORES)
    )
    op: str = Field("gte", json_schema_extra=ui(2, "比较", "Operator"))
    value: Any = Field(None, json_schema_extra=ui(3, "值(1–5)", "Value (1–5)", "number"))


_MEASURED = {"recency": "max(figure)", "frequency": "count(*)", "monetary": "coalesce(sum(figure), 0)"}


class RfmCondition(Condition[RfmParams]):
    """Ranks all buyers, also when it is asked about a few: the most costly condition there is."""

    key, dimension, labels, model = "rfm", "behaviour", Text("RFM 分值", "RFM score"), RfmParams
    help = Text(
        "最近购买、频次、金额在全部买家中的五分位,5 最好,例如金额分 ≥ 4",
        "Fifths among all buyers by latest order, frequency and amount, 5 is best: monetary 4 or more",
    )
    operators = tuple(operators_of("number"))
    cost = 50

    def events(self, params: RfmParams) -> set[str]:
        return {ORDER}

    def people(self, params: RfmParams, evaluation: "Evaluation") -> People:
        clock, compared = evaluation.world.clock, params.compared()
        holds = compared.sql_typed(Sql("score"), clock)
        if not compared.test(None, clock):
            return self._scored(params, evaluation, holds)
        return evaluation.rest(self._scored(params, evaluation, sql("({}) IS NOT TRUE", holds)))

    def _scored(self, params: RfmParams, evaluation: "Evaluation", holds: Sql) -> People:
        now = evaluation.world.clock.now
        spent = number_sql(member(Sql("e.properties"), "amount"))
        orders = sql(  # OFFSET 0: what is added up is read before the orders are grouped, and the rest not carried along
            "SELECT e.customer_id, {} AS figure FROM customers_event e WHERE e.tenant_id = {} AND e.name = {} "
            "AND e.occurred_at >= {} AND e.occurred_at < {} OFFSET 0",
            spent if params.score == "monetary" else Sql("e.occurred_at"), evaluation.world.tenant_id, ORDER, now - YEAR, now,
        )  # fmt: skip
        buyers = sql(
            "SELECT e.customer_id, " + _MEASURED[params.score] + " AS figure FROM ({}) AS e WHERE NOT EXISTS (SELECT FROM customers_customer c "
            "WHERE c.tenant_id = {} AND c.id = e.customer_id AND (c.merged_into IS NOT NULL OR c.erased_at IS NOT NULL)) "
            "GROUP BY e.customer_id",
            orders, evaluation.world.tenant_id,
        )  # fmt: skip
        ranked = sql("SELECT customer_id, {}::numeric AS score FROM ({}) AS buyers", fifth(Sql("figure")), buyers)
        return evaluation.select(sql("SELECT customer_id FROM ({}) AS scored WHERE {}", ranked, holds))


CONDITIONS.register(LifecycleCondition.key, LifecycleCondition())
CONDITIONS.register(RfmCondition.key, RfmCondition())
