"""Which events a canvas needs in the inbox: all of the version that is live, and what people still inside older runs wait for."""

from typing import Any

from canvas_app.document import unfolded
from canvas_app.models import Canvas, CanvasVersion
from canvas_app.nodes.base import registry
from customers import watch

_WATCHER = "canvas:"


def rewatch(canvas: Canvas) -> None:
    """Watch what is needed now, and nothing else. Called when the canvas changes its state, and by housekeeping."""
    watch.watch(f"{_WATCHER}{canvas.pk}", wanted(canvas))


def wanted(canvas: Canvas) -> set[str]:
    """While it is live or paused, events that let people in too; for people inside, whatever they wait for."""
    names: set[str] = set()
    open_ = canvas.status in ("live", "paused")
    for version in CanvasVersion.objects.filter(canvas=canvas, runs__status="running").distinct():
        names |= events_of(version.definition, entering=False)
    if open_ and canvas.published:
        names |= events_of(CanvasVersion.objects.get(canvas=canvas, number=canvas.published).definition, entering=True)
    return names


def events_of(definition: dict[str, Any], *, entering: bool) -> set[str]:
    """Events named in a definition: exits, goal, nodes; those of its sources only when people may enter."""
    kinds = [(registry[n.type], n.config) for n in unfolded(definition).graph.nodes.values()]
    names = {name for kind, config in kinds if entering or not kind.starts for name in kind.watches(config)}
    goal = (definition.get("goal") or {}).get("event")
    return names | set((definition.get("exit") or {}).get("events") or []) | ({goal} if goal else set())


def rewatch_all() -> None:
    """For housekeeping: what is no longer needed goes, now that runs have ended."""
    ids = [int(w.removeprefix(_WATCHER)) for w in watch.watchers(_WATCHER)]
    for canvas in Canvas.objects.filter(pk__in=ids).order_by("pk").select_for_update(no_key=True):
        rewatch(canvas)
