"""The tenant's model of buying, BG/NBD, as far as one customer's figures need it: in SQL over days with an order.

Fader, Hardie, Lee, "Counting Your Customers the Easy Way", Marketing Science 24 (2005). x: days with an order after the
first; t_x: weeks from the first to the last; T: weeks from the first until today.
"""

from dataclasses import asdict, dataclass
from typing import Any

from customers.fragments import Sql, sql
from customers.moments import Clock

_LONGEST_WEEKS = 520  # beyond ten years a date says nothing


@dataclass(frozen=True)
class Model:
    """Heterogeneity of buying, Gamma(r, alpha) a week, and of dropping out, Beta(a, b) after each order."""

    r: float
    alpha: float
    a: float
    b: float

    def as_json(self) -> dict[str, float]:
        return asdict(self)

    def alive_sql(self, clock: Clock) -> Sql:
        """Probability of still being a customer; 1 for who bought on one day only (a known trait of the model)."""
        lapse = "exp(least(600, ({}::float8 + o.order_days - 1) * ln(({}::float8 + {}) / ({}::float8 + {}))))"
        return sql(
            "CASE WHEN o.orders IS NULL THEN NULL WHEN o.order_days = 1 THEN 1::float8 "
            "ELSE 1 / (1 + {}::float8 / ({}::float8 + o.order_days - 2) * " + lapse + ") END",
            self.a, self.b, self.r, self.alpha, _age(clock), self.alpha, _lived(clock),
        )  # fmt: skip

    def expected_sql(self, clock: Clock) -> Sql:
        """The moment by which a customer who is still one has bought again with probability ½ (median of the Lomax)."""
        factor = "power(2::float8, least(1 / ({}::float8 + o.order_days - 1), 60)) - 1"
        return sql(
            "CASE WHEN o.orders IS NOT NULL THEN {}::timestamptz + make_interval(secs => 604800 * least({}, ({}::float8 + {}) * ("
            + factor + "))) END",
            clock.now, _LONGEST_WEEKS, self.alpha, _age(clock), self.r,
        )  # fmt: skip


def _day(column: str, clock: Clock) -> Sql:
    return sql("(o." + column + " AT TIME ZONE {})::date", clock.zone.key)


def _lived(clock: Clock) -> Sql:
    return sql("(({} - {}) / 7.0::float8)", _day("last_at", clock), _day("first_at", clock))


def _age(clock: Clock) -> Sql:
    """Never less than the time of the last order: clocks of shops run ahead."""
    return sql(
        "(greatest({}::date, {}) - {}) / 7.0::float8", clock.today, _day("last_at", clock), _day("first_at", clock)
    )


def model_of(saved: dict[str, Any] | None) -> Model | None:
    """From FigureState.model."""
    return Model(**{k: float(saved[k]) for k in ("r", "alpha", "a", "b")}) if saved and "alpha" in saved else None
