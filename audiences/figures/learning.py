"""The tenant's model of buying, learnt from its own customers each night and held to what they did since."""

from datetime import timedelta
from typing import Any

import numpy as np
from django.db import connection

from audiences.figures.definitions import ORDER
from audiences.figures.fitting import Bought, TooLittle, compare, fit
from audiences.figures.model import Model
from audiences.figures.upkeep import alone, state
from audiences.models import FigureState
from audiences.world import open_world
from customers.fragments import Sql, sql
from customers.moments import Clock
from kernel.clock import db_now
from tenants.scope import current_tenant_id

SAMPLE = 200_000  # buyers: more move no parameter in its third digit
LONGEST_TEST_WEEKS = 26

_HISTORY = """
    SELECT count(*) FILTER (WHERE day <= {}) - 1 AS x, (max(day) FILTER (WHERE day <= {}) - min(day)) / 7.0 AS tx,
        ({}::date - min(day)) / 7.0 AS age, count(*) FILTER (WHERE day > {}) AS later
    FROM (SELECT DISTINCT e.customer_id, (e.occurred_at AT TIME ZONE {})::date AS day FROM customers_event e
        WHERE e.tenant_id = {} AND e.name = {} AND e.customer_id %% {} = 0) AS days
    GROUP BY customer_id HAVING min(day) <= {}
"""


def learn() -> dict[str, Any]:
    """Fit, keep and use a model as of now; what was kept: parameters and the test, or the reason why there is none."""
    alone(wait=True)
    clock, known = open_world().clock, state()
    share = _one_in()
    try:
        model = fit(_bought(clock.today, share, clock)[0])
        found: dict[str, Any] = {**model.as_json(), "test": _tested(clock, share)}
    except TooLittle as too_little:
        model, found = None, {"reason": too_little.text}
    FigureState.objects.filter(pk=known.pk).update(model=found, fitted_at=db_now())
    _use(model, clock)
    return found


def _one_in() -> int:
    """Every customer is looked at, or one in so many."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM audiences_figure WHERE tenant_id = %s AND orders > 0", [current_tenant_id()]
        )
        return int(cursor.fetchone()[0]) // SAMPLE + 1


def _bought(day: Any, one_in: int, clock: Clock) -> tuple[Bought, np.ndarray]:
    """Who bought up to the end of `day`, in groups of equals; and what each group bought after it."""
    history = sql(_HISTORY, day, day, day, day, clock.zone.key, current_tenant_id(), ORDER, one_in, day)
    groups = sql("SELECT x, tx, age, count(*), sum(later) FROM ({}) AS h GROUP BY x, tx, age", history)
    with connection.cursor() as cursor:
        cursor.execute(groups.text, groups.params)
        rows = np.array(cursor.fetchall(), dtype=np.float64).reshape(-1, 5)
    if not len(rows):
        rows = np.zeros((1, 5))
    return Bought(*rows[:, :4].T), rows[:, 4]


def _tested(clock: Clock, one_in: int) -> dict[str, Any] | None:
    """The same model from what was known some weeks ago, against what was bought since; None while that is too little."""
    whole = _bought(clock.today, one_in, clock)[0]
    weeks = min(LONGEST_TEST_WEEKS, int(whole.T.max() // 3))
    if weeks < 1:
        return None
    day = clock.today - timedelta(weeks=weeks)
    before, later = _bought(day, one_in, clock)
    try:
        return {"weeks": weeks, "rows": compare(fit(before), before, later, weeks)}
    except TooLittle:
        return None


def _use(model: Model | None, clock: Clock) -> None:
    """Probability and next purchase of every buyer by the new model."""
    alive, expected = Sql("NULL"), Sql("NULL")
    if model is not None:
        alive, expected = model.alive_sql(clock), model.expected_sql(clock)
    update = sql(
        "UPDATE audiences_figure o SET alive = {}, expected_at = {} WHERE o.tenant_id = {} AND o.orders > 0",
        alive, expected, current_tenant_id(),
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(update.text, update.params)
