"""Rewards as the ledger has them: got so many, holds unused ones, they expire soon, how many of them get used.

The ledger is the rewards room's; it answers with a statement over it (topic `audiences.grants`).
"""

from typing import TYPE_CHECKING, Any

from pydantic import Field

from audiences.condition import CONDITIONS
from audiences.figure import ZERO, Figure
from audiences.forms import ui
from audiences.params import Percent, Times, Windowed, counted
from customers.fragments import Sql, joined, sql
from customers.moments import Duration
from kernel.access import row_id
from kernel.events import ask
from kernel.language import Text
from kernel.schema import Body

if TYPE_CHECKING:
    from audiences.evaluate import Evaluation

Id = str | None


class Chosen(Body):
    """Which rewards; left out: all."""

    package: Id = Field(None, max_length=40, json_schema_extra=ui(1, "权益礼包", "Reward package", "package-picker"))
    canvas: Id = Field(None, max_length=40, json_schema_extra=ui(2, "画布", "Canvas", "canvas-picker"))

    def ledger(self, evaluation: "Evaluation", *more: Sql) -> Sql:
        """FROM … WHERE: the rows `g` of these rewards."""
        chosen = [("g.package_id", self.package), ("g.canvas_id", self.canvas)]
        parts = [sql(column + " = {}", row_id(text) or 0) for column, text in chosen if text is not None]
        parts += [Sql("true" + only.text, only.params) for only in [evaluation.only("g.customer_id")]]
        ledgers = ask("audiences.grants", tenant_id=evaluation.world.tenant_id)
        return sql("({}) AS g WHERE {}", ledgers[0], joined("AND", [*parts, *more]))


class GotParams(Chosen, Windowed, Times):
    value: Any = counted("份", "rewards", 1)


class GotCondition(Figure[GotParams]):
    key, dimension, labels, model = "reward_got", "behaviour", Text("领到权益", "Was given a reward"), GotParams
    help = Text(
        "领到过几份权益,例如最近 30 天领到 ≥ 1 份",
        "How many rewards were given: one or more in the last 30 days",
    )
    nothing = ZERO

    def figures(self, params: GotParams, evaluation: "Evaluation") -> Sql:
        inside = params.window.sql("g.issued_at", evaluation.world.clock) if params.window else Sql("true")
        rows = params.ledger(evaluation, inside)
        return sql("SELECT g.customer_id, count(*)::numeric AS figure FROM {} GROUP BY 1", rows)


def _usable(evaluation: "Evaluation") -> Sql:
    now = evaluation.world.clock.now
    return sql("g.status = 'issued' AND (g.expires_at IS NULL OR g.expires_at > {})", now)


class HeldParams(Chosen, Times):
    value: Any = counted("份", "rewards", 1)


class HeldCondition(Figure[HeldParams]):
    """Not used yet and still valid."""

    key, dimension, labels, model = (
        "reward_held",
        "behaviour",
        Text("持有未使用的权益", "Holds unused rewards"),
        HeldParams,
    )
    help = Text(
        "手里未使用且没过期的权益有几份,例如 ≥ 1 份",
        "How many rewards are unused and still valid, such as one or more",
    )
    nothing = ZERO

    def figures(self, params: HeldParams, evaluation: "Evaluation") -> Sql:
        rows = params.ledger(evaluation, _usable(evaluation))
        return sql("SELECT g.customer_id, count(*)::numeric AS figure FROM {} GROUP BY 1", rows)


class ExpiringParams(Chosen, Times):
    value: Any = counted("份", "rewards", 1)
    within: Duration = Field(json_schema_extra=ui(3, "多久之内到期", "Expire within", "duration"))


class ExpiringCondition(Figure[ExpiringParams]):
    """Unused rewards that lapse within that time from now."""

    key, dimension, model = "reward_expiring", "behaviour", ExpiringParams
    labels = Text("权益即将到期", "Unused rewards about to expire")
    help = Text(
        "手里未使用的权益多久之内到期,例如 3 天内到期 ≥ 1 份",
        "Unused rewards that lapse within the time: one or more within 3 days",
    )
    nothing = ZERO

    def figures(self, params: ExpiringParams, evaluation: "Evaluation") -> Sql:
        soon = sql("g.expires_at <= {}", params.within.from_now(evaluation.world.clock, 1))
        rows = params.ledger(evaluation, _usable(evaluation), soon)
        return sql("SELECT g.customer_id, count(*)::numeric AS figure FROM {} GROUP BY 1", rows)


class UsageParams(Chosen, Windowed, Percent):
    least: int = Field(
        1, ge=1, le=1000, strict=True,
        json_schema_extra=ui(3, "至少领到", "Of at least", "number", unit=Text("个", "rewards")),
    )  # fmt: skip


class UsageCondition(Figure[UsageParams]):
    """Percent of the rewards given that were used; fewer than `least` given: no such figure."""

    key, dimension, labels, model = (
        "reward_usage",
        "behaviour",
        Text("权益使用率", "Share of rewards used"),
        UsageParams,
    )
    help = Text(
        "领到的权益里用掉的百分比,例如至少领到 3 份且使用率 < 20%",
        "Percent of the rewards given that were used: of at least 3, less than 20 %",
    )

    def figures(self, params: UsageParams, evaluation: "Evaluation") -> Sql:
        inside = params.window.sql("g.issued_at", evaluation.world.clock) if params.window else Sql("true")
        return sql(
            "SELECT g.customer_id, 100 * count(*) FILTER (WHERE g.used_at IS NOT NULL)::numeric / count(*) AS figure FROM {} "
            "GROUP BY 1 HAVING count(*) >= {}",
            params.ledger(evaluation, inside),
            params.least,
        )


for condition in (GotCondition(), HeldCondition(), ExpiringCondition(), UsageCondition()):
    CONDITIONS.register(condition.key, condition)
