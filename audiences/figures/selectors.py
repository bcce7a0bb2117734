"""Reads of the kept figures: one customer's, and the whole picture of a tenant. Scores are as of the last ranking."""

from typing import Any

from django.db import connection

from audiences.figures.compute import write
from audiences.figures.definitions import STAGES, Definitions, definitions
from audiences.figures.upkeep import basis
from audiences.models import Figure, FigureState
from audiences.world import open_world
from customers import touched
from customers.fragments import Sql, sql
from kernel.sets import people
from tenants.scope import current_tenant_id

_SHOWN = (
    "stage", "orders", "spent", "first_at", "last_at", "interval_days", "orders_year", "spent_year", "recency", "frequency",
    "monetary", "activity", "spread", "alive", "expected_at", "computed_at",
)  # fmt: skip
_NOTHING = dict.fromkeys(_SHOWN) | {
    "stage": "potential", "orders": 0, "spent": 0, "orders_year": 0, "spent_year": 0, "activity": 0, "spread": 0,
}  # fmt: skip


def customer_figures(customer_id: int) -> dict[str, Any]:
    """One person's figures, worked out now when something happened since the last time; scores by rank may lag."""
    if (
        customer_id in touched.waiting(definitions().counted())
        or not Figure.objects.filter(customer_id=customer_id).exists()
    ):
        write(basis(), people([customer_id]))
    rows = Figure.objects.filter(tenant_id=current_tenant_id(), customer_id=customer_id)
    return rows.values(*_SHOWN).first() or _NOTHING


def overview() -> dict[str, Any]:
    """Stages with people and money, the grid of R and F, and how fresh all of it is."""
    known = FigureState.objects.first()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT stage, count(*), sum(spent), avg(alive), count(*) FILTER (WHERE expected_at < now() + interval '30 days' "
            "AND alive >= 0.5) FROM audiences_figure WHERE tenant_id = %s GROUP BY stage",
            [current_tenant_id()],
        )
        by_stage = {row[0]: row[1:] for row in cursor.fetchall()}
        cursor.execute(
            "SELECT recency, frequency, count(*), sum(spent_year), avg(monetary) FROM audiences_figure "
            "WHERE tenant_id = %s AND recency IS NOT NULL GROUP BY recency, frequency ORDER BY recency, frequency",
            [current_tenant_id()],
        )
        grid = cursor.fetchall()
    everyone = _everyone()
    buyers = sum(found[0] for stage, found in by_stage.items() if stage != "potential")
    return {
        "customers": everyone,
        "stages": [_stage(stage, by_stage.get(stage), everyone - buyers) for stage in STAGES],
        "rfm": [
            {"recency": r, "frequency": f, "customers": n, "spent": str(spent), "monetary": round(float(m), 2)}
            for r, f, n, spent, m in grid
        ],
        "expected_in_30_days": sum(found[3] for found in by_stage.values()),
        "model": known.model if known else None,
        "full_at": known.full_at if known else None,
        "waiting": len(touched.waiting(definitions().counted())),
    }


def _everyone() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM customers_customer WHERE tenant_id = %s AND merged_into IS NULL AND erased_at IS NULL",
            [current_tenant_id()],
        )
        return int(cursor.fetchone()[0])


def stages_with(defined: Definitions) -> dict[str, int]:
    """How many people would be in each stage by these thresholds, from the kept figures: nothing is written."""
    stage = defined.stage(Sql("last_at"), Sql("orders"), Sql("first_at"), open_world().clock)
    asked = sql(
        "SELECT {}, count(*) FROM audiences_figure WHERE tenant_id = {} AND orders > 0 GROUP BY 1",
        stage, current_tenant_id(),
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(asked.text, asked.params)
        buyers: dict[str, int] = dict(cursor.fetchall())
    return {
        "potential": _everyone() - sum(buyers.values()),
        **{s: buyers.get(s, 0) for s in STAGES if s != "potential"},
    }


def _stage(stage: str, found: tuple[Any, ...] | None, potential: int) -> dict[str, Any]:
    """Who never did anything has no row: potential is the rest of the buyers."""
    count, spent, alive, _ = found or (0, 0, None, 0)
    return {
        "stage": stage,
        "labels": STAGES[stage].labels(),
        "customers": potential if stage == "potential" else count,
        "spent": str(spent),
        "alive": None if alive is None else round(float(alive), 4),
    }
