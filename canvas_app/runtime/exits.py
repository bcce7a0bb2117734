"""Who must leave a run: noted as (run, customer, time), obeyed when the people next move and before anything is sent."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime

from canvas_app.models import RunExit, Wave
from kernel.sets import People, people, union
from tenants.scope import current_tenant_id

_LOOK_UP = 20_000  # for so many people their range of ids is read; for more the run's exits whole


@dataclass
class Leavers:
    """Exits of a run, read once for a transaction. Only those after a wave began count for it: who came again later is in again."""

    run_id: int
    _exits: list[tuple[str, int, datetime]] | None = None
    _began: dict[int, datetime] = field(default_factory=dict)

    def of(self, waves: Iterable[int], within: Callable[[], People]) -> dict[int, dict[str, People]]:
        """wave → reason → people who must leave. `within`: everybody whom the transaction moves, asked at the first call."""
        if self._exits is None:
            self._exits = self._read(within())
        if not self._exits:
            return {}
        self._know(set(waves))
        found: dict[int, dict[str, People]] = {}
        for wave in waves:
            reasons: dict[str, list[int]] = defaultdict(list)
            for reason, customer, at in self._exits:
                if at >= self._began[wave]:
                    reasons[reason].append(customer)
            if reasons:
                found[wave] = {reason: people(ids) for reason, ids in reasons.items()}
        return found

    def _read(self, within: People) -> list[tuple[str, int, datetime]]:
        rows = RunExit.objects.filter(run_id=self.run_id)
        if not within or len(within) > _LOOK_UP:
            return list(rows.values_list("reason", "customer_id", "at"))
        between = rows.filter(customer_id__gte=within.min(), customer_id__lte=within.max())
        return [row for row in between.values_list("reason", "customer_id", "at") if row[1] in within]

    def _know(self, waves: set[int]) -> None:
        missing = waves - self._began.keys()
        if missing:
            self._began.update(Wave.objects.filter(pk__in=missing).values_list("pk", "at"))


def leavers(run_id: int, waves: dict[int, People]) -> People:
    """Those of these people (by wave) who must leave the run."""
    gone = Leavers(run_id).of(waves, lambda: union(waves.values()))
    return union(group & waves[wave] for wave, reasons in gone.items() for group in reasons.values())


def note_exits(run_id: int, reason: str, exits: Iterable[tuple[int, datetime]]) -> None:
    """(customer, when): the latest time counts."""
    latest: dict[int, datetime] = {}
    for customer, at in exits:
        latest[customer] = max(at, latest.get(customer, at))
    rows = [
        RunExit(run_id=run_id, customer_id=c, reason=reason, at=at, tenant_id=current_tenant_id())
        for c, at in sorted(latest.items())
    ]
    RunExit.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["tenant_id", "run_id", "customer_id"],
        update_fields=["reason", "at"],
    )
