"""From which waves the people of a wave came over, of runs of older versions or as who they were before a merge: their messages and grants lie in those runs' ledgers."""

from collections import defaultdict
from collections.abc import Iterable

from canvas_app.models import Run, Wave


def ancestors(run: Run, wave_ids: Iterable[int]) -> dict[int, list[tuple[int, int]]]:
    """wave → [(run, wave)], youngest first; nothing for waves whose people began in this run as who they are.

    {} for a run that took nobody over and in which nobody stands in for somebody who was merged.
    """
    if not (run.moving or {}).keys() & {"from", "merged"}:
        return {}
    found: dict[int, list[tuple[int, int]]] = defaultdict(list)
    origin = dict(Wave.objects.filter(pk__in=list(wave_ids), origin__isnull=False).values_list("pk", "origin"))
    while origin:
        known = {w.pk: w for w in Wave.objects.filter(pk__in=set(origin.values())).only("run_id", "origin")}
        for wave, old in origin.items():
            if old in known:
                found[wave].append((known[old].run_id, old))
        origin = {w: further for w, old in origin.items() if old in known and (further := known[old].origin)}
    return found
