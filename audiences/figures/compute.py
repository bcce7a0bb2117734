"""Works the figures out from the event log, set by set, and writes them. One statement for all or for some people."""

from dataclasses import dataclass

from django.db import connection

from audiences.figures.definitions import HALF_FULL, ORDER, YEAR, Definitions, Weights, fifth
from audiences.figures.model import Model
from customers.fragments import Sql, member, sql
from customers.moments import Clock
from customers.readings import number_sql
from kernel.copy import id_list
from kernel.sets import People
from tenants.scope import current_tenant_id

COLUMNS = (
    "customer_id", "stage", "orders", "order_days", "spent", "first_at", "last_at", "interval_days", "orders_year", "spent_year",
    "last_year_at", "activity", "spread", "alive", "expected_at", "computed_at",
)  # fmt: skip
_CHANGED = ", ".join(f"{column} = excluded.{column}" for column in COLUMNS[1:])
_SCORES = ", ".join(
    f"{s} = CASE WHEN excluded.orders_year > 0 THEN f.{s} END" for s in ("recency", "frequency", "monetary")
)


@dataclass(frozen=True)
class Basis:
    """What the figures are worked out by: the moment, the tenant's definitions and its model of buying."""

    clock: Clock
    defined: Definitions
    model: Model | None


def _only(people: People | None) -> Sql:
    return Sql("") if people is None else sql(" AND e.customer_id = ANY({}::bigint[])", id_list(people))


def _orders(basis: Basis, people: People | None) -> Sql:
    now, zone = basis.clock.now, basis.clock.zone.key
    amount = number_sql(member(Sql("e.properties"), "amount"))
    year = sql("e.occurred_at >= {} AND e.occurred_at < {}", now - YEAR, now)
    return sql(
        "SELECT e.customer_id, count(*) AS orders, count(DISTINCT (e.occurred_at AT TIME ZONE {})::date) AS order_days, "
        "coalesce(sum({}), 0) AS spent, min(e.occurred_at) AS first_at, max(e.occurred_at) AS last_at, "
        "count(*) FILTER (WHERE {}) AS orders_year, coalesce(sum({}) FILTER (WHERE {}), 0) AS spent_year, "
        "max(e.occurred_at) FILTER (WHERE {}) AS last_year_at "
        "FROM customers_event e WHERE e.tenant_id = {} AND e.name = {}{} GROUP BY e.customer_id",
        zone, amount, year, amount, year, year, current_tenant_id(), ORDER, _only(people),
    )  # fmt: skip


def _points(column: str, weights: Weights, clock: Clock) -> Sql:
    age = sql("greatest(extract(epoch FROM {}::timestamptz - e.occurred_at)::float8, 0)", clock.now)
    return sql(
        "sum(w." + column + " * power(0.5::float8, least({} / {}::float8, 60)))", age, weights.half_life_days * 86400
    )


def _done(basis: Basis, people: People | None) -> Sql:
    """Points of the last year's events: what lies further back is worth next to nothing."""
    activity, spread = basis.defined.activity, basis.defined.spread
    names = sorted({*activity.points, *spread.points})
    return sql(
        "SELECT e.customer_id, {} AS activity, {} AS spread "
        "FROM unnest({}::text[], {}::float8[], {}::float8[]) AS w (name, activity, spread) "
        "JOIN customers_event e ON e.tenant_id = {} AND e.name = w.name AND e.occurred_at >= {}{} GROUP BY e.customer_id",
        _points("activity", activity, basis.clock), _points("spread", spread, basis.clock),
        names, [activity.points.get(n, 0) for n in names], [spread.points.get(n, 0) for n in names],
        current_tenant_id(), basis.clock.now - YEAR, _only(people),
    )  # fmt: skip


def figures_sql(basis: Basis, people: People | None = None) -> Sql:
    """Rows of COLUMNS: active customers with an order or an action, all or those of `people`."""
    alive, expected = (Sql("NULL::float8"), Sql("NULL::timestamptz"))
    if basis.model is not None:
        alive, expected = basis.model.alive_sql(basis.clock), basis.model.expected_sql(basis.clock)
    score = f"round(100 * coalesce({{}}, 0) / (coalesce({{}}, 0) + {HALF_FULL}))::smallint"
    return sql(
        "SELECT c.id AS customer_id, CASE WHEN o.orders IS NULL THEN 'potential' ELSE {} END AS stage, coalesce(o.orders, 0) AS orders, "
        "coalesce(o.order_days, 0) AS order_days, coalesce(o.spent, 0) AS spent, o.first_at, o.last_at, "
        "CASE WHEN o.orders > 1 THEN extract(epoch FROM o.last_at - o.first_at)::float8 / 86400 / (o.orders - 1) END AS interval_days, "
        "coalesce(o.orders_year, 0) AS orders_year, coalesce(o.spent_year, 0) AS spent_year, o.last_year_at, "
        + score.format("d.activity", "d.activity") + " AS activity, " + score.format("d.spread", "d.spread") + " AS spread, "
        "{} AS alive, {} AS expected_at, {}::timestamptz AS computed_at "
        "FROM ({}) AS o FULL JOIN ({}) AS d USING (customer_id) JOIN customers_customer c "
        "ON c.tenant_id = {} AND c.id = customer_id AND c.merged_into IS NULL AND c.erased_at IS NULL",
        basis.defined.stage(Sql("o.last_at"), Sql("o.orders"), Sql("o.first_at"), basis.clock),
        alive, expected, basis.clock.now, _orders(basis, people), _done(basis, people), current_tenant_id(),
    )  # fmt: skip


def write(basis: Basis, people: People | None = None) -> int:
    """Bring the rows of all or of `people` up to date, without their RFM scores; how many rows."""
    listed, tenant = ", ".join(COLUMNS), current_tenant_id()
    insert = sql(
        f"INSERT INTO audiences_figure AS f (tenant_id, {listed}) SELECT {{}}, {listed} FROM ({{}}) AS figures "
        f"ON CONFLICT (tenant_id, customer_id) DO UPDATE SET {_CHANGED}, {_SCORES}",
        tenant, figures_sql(basis, people),
    )  # fmt: skip
    some = Sql("") if people is None else sql(" AND customer_id = ANY({}::bigint[])", id_list(people))
    left = sql(
        "DELETE FROM audiences_figure WHERE tenant_id = {} AND computed_at < {}{}", tenant, basis.clock.now, some
    )
    with connection.cursor() as cursor:
        cursor.execute(insert.text, insert.params)
        rows: int = cursor.rowcount
        cursor.execute(left.text, left.params)
    return rows


def rank() -> None:
    """Give the buyers of the last year their scores from 1 to 5, anew.

    Both sides are everybody, so the join is never done one by one: where the table had not been analysed since a tenant's
    first figures came, the planner took the buyers for one person and compared each with each, for hours.
    """
    by = {"recency": "last_year_at", "frequency": "orders_year", "monetary": "spent_year"}
    scores = ", ".join(f"{fifth(Sql(figure)).text} AS {score}" for score, figure in by.items())
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_nestloop = off")
        cursor.execute(
            f"UPDATE audiences_figure f SET recency = s.recency, frequency = s.frequency, monetary = s.monetary FROM ("
            f"SELECT customer_id, {scores} FROM audiences_figure WHERE tenant_id = %(tenant)s AND orders_year > 0) s "
            "WHERE f.tenant_id = %(tenant)s AND f.customer_id = s.customer_id "
            "AND (f.recency, f.frequency, f.monetary) IS DISTINCT FROM (s.recency, s.frequency, s.monetary)",
            {"tenant": current_tenant_id()},
        )
        cursor.execute("SET LOCAL enable_nestloop = on")
