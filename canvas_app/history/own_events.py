"""canvas.entered and canvas.finished in the event log, so that rules can ask who took part in a canvas. Set-based, in the
background: a trigger's way to its message does not wait for them. Those who entered together have finished when the last
of them has left.

The tenant's setting `canvas_events` says of which canvases: "triggered" (default), "all", or "none". Two events for each of
the million people of a scheduled run are two million rows, which a tenant should want first.
"""

from collections.abc import Sequence
from datetime import datetime

from django.db import connection

from canvas_app.models import Run, Wave
from customers import events
from kernel.clock import db_now
from kernel.sets import People, load
from tenants.scope import current_tenant_id, tenant_tx
from tenants.settings import CANVAS_EVENTS, tenant_now

NEW, ENTERED, FINISHED = 0, 1, 2  # Wave.told: what the event log knows of it
_WAVES, _PEOPLE = 20_000, 200_000  # of one transaction, about
_STANDS = (
    "SELECT 1 FROM canvas_app_cohort c WHERE c.tenant_id = w.tenant_id AND c.run_id = w.run_id AND c.wave_id = w.id"
)
_CHANGED = """
    WITH changed AS (
        SELECT p.customer_id, jsonb_build_object('canvas', w.canvas, 'run', w.run) AS properties, w.at
        FROM unnest(%(people)s::bigint[], %(places)s::int[]) AS p (customer_id, place)
        JOIN unnest(%(canvases)s::text[], %(runs)s::text[], %(times)s::timestamptz[]) WITH ORDINALITY AS w (canvas, run, at, place)
        ON w.place = p.place
    )
"""


def tell_events(tenant_id: int) -> int:
    """Write what is not written yet; waves told of. Each batch is a transaction: told and marked together, or neither."""
    done = 0
    for told, name in ((NEW, "canvas.entered"), (ENTERED, "canvas.finished")):
        batch = -1
        while batch:
            with tenant_tx(tenant_id):
                batch = _tell_batch(told, name)
            done += batch
    return done


def _tell_batch(told: int, name: str) -> int:
    waves = _claim(told)
    wanted = tenant_now().settings.get("canvas_events", CANVAS_EVENTS)
    kinds = {"all": ("standing", "occurrence", "manual"), "triggered": ("standing",), "none": ()}[wanted]
    runs = Run.objects.in_bulk({w.run_id for w in waves})
    telling = [w for w in waves if runs[w.run_id].kind in kinds and w.size]
    if told == NEW:  # who came over from an older version is in the canvas already
        telling = [w for w in telling if w.origin is None]
    if telling:
        times = [w.at for w in telling] if told == NEW else _ends(telling)
        people = _people(telling, staying=told == ENTERED)
        _record(name, people, [(str(runs[w.run_id].canvas_id), str(w.run_id)) for w in telling], times)
    Wave.objects.filter(pk__in=[w.pk for w in waves]).update(told=told + 1)
    return len(waves)


def _claim(told: int) -> list[Wave]:
    """Waves to be told of, locked. A wave is finished when nobody stands in it; one that has not begun has a cohort."""
    stands = f"AND NOT EXISTS ({_STANDS})" if told == ENTERED else f"AND NOT EXISTS ({_STANDS} AND c.node = '')"
    rows = Wave.objects.raw(
        f"SELECT w.* FROM canvas_app_wave w WHERE w.tenant_id = %s AND w.told = %s {stands} ORDER BY w.id LIMIT %s FOR UPDATE OF w SKIP LOCKED",
        [current_tenant_id(), told, _WAVES],
    )
    claimed, people = list[Wave](), 0
    for wave in rows:
        people += wave.size
        if claimed and people > _PEOPLE:
            break
        claimed.append(wave)
    return claimed


def _ends(waves: Sequence[Wave]) -> list[datetime]:
    """When the last of each wave left: its newest passage."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT p.wave_id, max(p.at) FROM canvas_app_passage p JOIN unnest(%s::bigint[]) AS w (id) ON p.wave_id = w.id "
            "WHERE p.tenant_id = %s AND p.run_id = ANY(%s) AND p.kind IN ('out', 'drop') GROUP BY 1",
            [[w.pk for w in waves], current_tenant_id(), list({w.run_id for w in waves})],
        )
        ends = dict(cursor.fetchall())
    now = db_now()
    return [ends.get(w.pk, now) for w in waves]


def _people(waves: Sequence[Wave], *, staying: bool) -> list[People]:
    """Of each wave; `staying`: without those who went over to a newer version's run."""
    found = {w.pk: load(w.people) for w in waves}
    if staying:
        for origin, raw in Wave.objects.filter(origin__in=list(found)).values_list("origin", "people"):
            found[int(origin or 0)] -= load(raw)
    return list(found.values())


def _record(name: str, waves: list[People], places: list[tuple[str, str]], times: list[datetime]) -> None:
    """places: (canvas, run) of each wave."""
    customers, of = list[int](), list[int]()
    for number, group in enumerate(waves, start=1):
        customers += group
        of += [number] * len(group)
    params = {
        "people": _array(customers), "places": _array(of), "canvases": [c for c, _ in places], "runs": [r for _, r in places],
        "times": times,
    }  # fmt: skip
    events.record_own(_CHANGED, params, name, at="at", months={t.date() for t in times})


def _array(numbers: list[int]) -> str:
    """A literal, which is parsed far faster than a list of Python ints."""
    return "{" + ",".join(map(str, numbers)) + "}"
