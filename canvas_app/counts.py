"""How many people went where in a run, by node, port and edge. One statement, so one snapshot: right while the run moves."""

from collections import defaultdict
from dataclasses import dataclass, field

from django.db import connection

from canvas_app.models import Run
from tenants.scope import current_tenant_id

_SUMS = """
    SELECT 'passage', node, kind, port, edge, sum(size)::bigint FROM canvas_app_passage
    WHERE tenant_id = %(tenant)s AND run_id = %(run)s GROUP BY 2, 3, 4, 5
    UNION ALL
    SELECT 'cohort', node, CASE WHEN parked THEN 'inside' ELSE 'arrived' END,
           '', edge, sum(size)::bigint FROM canvas_app_cohort
    WHERE tenant_id = %(tenant)s AND run_id = %(run)s GROUP BY 2, 3, 4, 5
    UNION ALL
    SELECT 'wave', '', '', '', '', coalesce(sum(size), 0)::bigint FROM canvas_app_wave
    WHERE tenant_id = %(tenant)s AND run_id = %(run)s
"""


@dataclass
class Counts:
    """Sums over waves, passages and cohorts of a run."""

    people: int = 0  # of all waves
    into: dict[str, int] = field(default_factory=lambda: defaultdict(int))  # by edge; "node:" for a source
    merged: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    out: dict[tuple[str, str], int] = field(default_factory=lambda: defaultdict(int))
    drop: dict[tuple[str, str], int] = field(default_factory=lambda: defaultdict(int))
    held: dict[tuple[str, str], int] = field(default_factory=lambda: defaultdict(int))
    arrived: dict[str, int] = field(
        default_factory=lambda: defaultdict(int)
    )  # fresh cohorts not taken in yet, by edge, or "node:"
    inside: dict[str, int] = field(default_factory=lambda: defaultdict(int))  # taken in and waiting there, by node
    entered: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    def _passage(self, node: str, kind: str, port: str, edge: str, size: int) -> None:
        if kind == "in":
            self.into[edge or f"{node}:"] += size
            self.entered[node] += size
        elif kind == "merge":
            self.merged[node] += size
        else:
            getattr(self, kind)[node, port] += size

    def _cohort(self, node: str, kind: str, port: str, edge: str, size: int) -> None:
        if kind == "inside":
            self.inside[node] += size
        else:
            self.arrived[edge or f"{node}:"] += size

    def _wave(self, node: str, kind: str, port: str, edge: str, size: int) -> None:
        self.people += size


def counts_of(run: Run) -> Counts:
    found = Counts()
    with connection.cursor() as cursor:
        cursor.execute(_SUMS, {"tenant": current_tenant_id(), "run": run.pk})
        for what, *row in cursor.fetchall():
            getattr(found, f"_{what}")(*row)
    return found
