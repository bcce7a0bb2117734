"""Kept figures as conditions: activity and spread scores, when the next purchase is due, whether a buyer is still one.

The last two come from the tenant's model of buying (audiences/figures/model); while there is none nobody is found, and a
warning says why.
"""

from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field

from audiences.condition import CONDITIONS, Condition
from audiences.errors import Code
from audiences.figure import Figure
from audiences.figures.definitions import ORDER, definitions
from audiences.figures.kept import kept
from audiences.forms import ui
from audiences.models import FigureState
from audiences.params import Numbered, counted
from audiences.world import World
from customers.fragments import Sql, sql
from customers.moments import Duration
from kernel.errors import FieldProblem, problem_at
from kernel.language import Text, is_english
from kernel.schema import Body
from kernel.sets import People

if TYPE_CHECKING:
    from audiences.evaluate import Evaluation

KINDS = {"activity": Text("活跃度", "Activity"), "spread": Text("传播力", "Spread")}
_NOT_YET = Text("每晚计算一次,还没有计算过", "it is fitted every night and was not yet")


class ScoreParams(Numbered):
    value: Any = counted("分", "points")
    score: Literal["activity", "spread"] = Field(
        "activity", json_schema_extra=ui(1, "分值(0–100)", "Score (0–100)", "select", options=KINDS)
    )


class ScoreCondition(Figure[ScoreParams]):
    """Who never did anything scores 0."""

    key, dimension, labels, model = (
        "score",
        "behaviour",
        Text("活跃度 / 传播力分值", "Activity or spread score"),
        ScoreParams,
    )
    help = Text(
        "0–100 的活跃度或传播力分,例如活跃度 ≥ 60;权重在设置里",
        "Activity or spread from 0 to 100: activity 60 or more; weights are in the settings",
    )
    nothing = Decimal(0)
    cost = 20

    def events(self, params: ScoreParams) -> set[str]:
        return set(getattr(definitions(), params.score).points)

    def figures(self, params: ScoreParams, evaluation: "Evaluation") -> Sql:
        return kept(f"{params.score}::numeric AS figure", evaluation.world.clock, evaluation.within)


def no_model() -> list[FieldProblem]:
    """A warning while the tenant has no model of buying."""
    known = FigureState.objects.values_list("model", flat=True).first()
    if known and "alpha" in known:
        return []
    reason = (known or {}).get("reason") or _NOT_YET.labels()
    return [problem_at("", Code.NO_MODEL, reason=reason["en" if is_english() else "zh"])]


class AliveParams(Numbered):
    value: Any = Field(0.5, json_schema_extra=ui(81, "概率(0–1)", "Probability (0–1)", "number"))


class AliveCondition(Figure[AliveParams]):
    """Of buyers; who never bought has no such probability."""

    key, dimension, labels, model = (
        "alive",
        "behaviour",
        Text("仍是客户的概率", "Probability of still being a customer"),
        AliveParams,
    )
    help = Text(
        "由购买规律推算此人仍会再来的概率,例如 < 0.3 为快要流失;没买过的人没有",
        "How likely a buyer is to come again, told from the rhythm of buying: below 0.3 is nearly lost; only buyers have one",
    )
    cost = 20

    def events(self, params: AliveParams) -> set[str]:
        return {ORDER}

    def warnings(self, params: AliveParams, world: World) -> list[FieldProblem]:
        return no_model()

    def figures(self, params: AliveParams, evaluation: "Evaluation") -> Sql:
        return kept("alive::numeric AS figure", evaluation.world.clock, evaluation.within)


class ExpectedParams(Body):
    within: Duration = Field(json_schema_extra=ui(1, "未来", "Within the next", "duration"))
    alive: float = Field(
        0.5, ge=0, le=1,
        json_schema_extra=ui(2, "仍是客户的概率至少", "Probability of still being a customer, at least", "number"),
    )  # fmt: skip


class ExpectedCondition(Condition[ExpectedParams]):
    """Buyers whose next order is, as likely as not, made by then."""

    key, dimension, labels, model = (
        "expected_purchase",
        "behaviour",
        Text("预计下次购买", "Next purchase expected"),
        ExpectedParams,
    )
    help = Text(
        "按个人的购买节奏,预计多久之内会再买,例如未来 14 天内",
        "By their own rhythm the next order is due within the time: within the next 14 days",
    )
    cost = 20

    def events(self, params: ExpectedParams) -> set[str]:
        return {ORDER}

    def warnings(self, params: ExpectedParams, world: World) -> list[FieldProblem]:
        return no_model()

    def people(self, params: ExpectedParams, evaluation: "Evaluation") -> People:
        clock = evaluation.world.clock
        figures = kept("expected_at, alive", clock, evaluation.within)
        until = params.within.from_now(clock, 1)
        return evaluation.select(
            sql(
                "SELECT customer_id FROM ({}) AS f WHERE expected_at <= {} AND alive >= {}",
                figures,
                until,
                params.alive,
            )
        )


for condition in (ScoreCondition(), AliveCondition(), ExpectedCondition()):
    CONDITIONS.register(condition.key, condition)
