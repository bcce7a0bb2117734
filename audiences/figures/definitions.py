"""The definitions behind the figures, each once: stage, RFM rank, activity and spread. Conditions and the table share them.

Stages leave nobody out and never overlap: no order yet → potential; last order longer ago than the tenant's
`churned_after_days` → churned; one order → first_purchase; of those with more, first order longer ago than
`retained_after_days` → retained, else repeat.
"""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from customers.fragments import Sql, sql
from customers.moments import Clock
from customers.touched import MERGED
from kernel.language import Text
from tenants.settings import Lifecycle, tenant_now

ORDER, YEAR = "order.paid", timedelta(days=365)
STAGES = {
    "potential": Text("潜在", "Potential"),
    "first_purchase": Text("首购", "First purchase"),
    "repeat": Text("复购", "Repeat"),
    "retained": Text("留存", "Retained"),
    "churned": Text("流失", "Churned"),
}
# Points by event. What we send counts for nothing, what people do counts, the nearer to a purchase the more.
ACTIVITY = {
    "order.paid": 10, "order.created": 5, "cart.added": 4, "product.favorited": 3, "product.viewed": 1, "page.viewed": 1,
    "form.submitted": 4, "member.registered": 5, "wecom.added": 5, "share.sent": 4,
    "message.opened": 1, "message.clicked": 3, "message.replied": 4, "reward.used": 6,
}  # fmt: skip
# Recorded for whoever shares: shares, opens of what was shared, people who came and who bought through it.
SPREAD = {"share.sent": 2, "share.forwarded": 4, "share.opened": 1, "friend.joined": 10, "friend.ordered": 15}
HALF_LIFE_DAYS = {"activity": 30, "spread": 90}
HALF_FULL = 20  # points that make a score of 50; the score nears 100 and never passes it


@dataclass(frozen=True)
class Weights:
    """One score: points by event name, and the days after which they count half."""

    points: dict[str, float]
    half_life_days: int


@dataclass(frozen=True)
class Definitions:
    """A tenant's own thresholds and weights."""

    churned_after: timedelta
    retained_after: timedelta
    activity: Weights = field(hash=False)
    spread: Weights = field(hash=False)

    def counted(self) -> set[str]:
        """What changes anybody's figures when it happens."""
        return {ORDER, MERGED, *self.activity.points, *self.spread.points}

    def stage(self, last: Sql, orders: Sql, first: Sql, clock: Clock) -> Sql:
        """The stage of a buyer, from the time of the last order, their number, and the time of the first."""
        return sql(
            "CASE WHEN {} < {} THEN 'churned' WHEN {} = 1 THEN 'first_purchase' WHEN {} < {} THEN 'retained' ELSE 'repeat' END",
            last, clock.now - self.churned_after, orders, first, clock.now - self.retained_after,
        )  # fmt: skip


def fifth(figure: Sql) -> Sql:
    """Score from 1 to 5 by rank among the rows of the query, least figure first; equal figures get equal scores."""
    return sql("least(5, 1 + 5 * (rank() OVER (ORDER BY {}) - 1) / greatest(count(*) OVER () - 1, 1))", figure)


def definitions(lifecycle: Lifecycle | None = None) -> Definitions:
    """Those of the open tenant; `lifecycle`: with other thresholds of the stages."""
    chosen = tenant_now().settings
    stages = lifecycle or Lifecycle.model_validate(chosen.get("lifecycle") or {})
    scores = chosen.get("scores") or {}
    return Definitions(
        timedelta(days=stages.churned_after_days),
        timedelta(days=stages.retained_after_days),
        _weights(scores.get("activity"), ACTIVITY, HALF_LIFE_DAYS["activity"]),
        _weights(scores.get("spread"), SPREAD, HALF_LIFE_DAYS["spread"]),
    )


def _weights(own: dict[str, Any] | None, usual: dict[str, int], half_life: int) -> Weights:
    """The tenant's points beside ours; 0 takes an event out."""
    points = {name: float(n) for name, n in {**usual, **((own or {}).get("weights") or {})}.items() if n}
    return Weights(points, int((own or {}).get("half_life_days") or half_life))
