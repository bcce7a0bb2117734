"""A draft becomes a version and goes live; people inside finish on the version they entered, or are moved over."""

from collections import Counter
from typing import Any, Literal

from canvas_app.checks import ERROR, check
from canvas_app.errors import Code
from canvas_app.models import Canvas, CanvasVersion, Run
from canvas_app.runtime.fire import fire_if_due
from canvas_app.runtime.moving import move_everybody
from canvas_app.runtime.overdue import active_runs
from canvas_app.runtime.plan import plan_of
from canvas_app.runtime.start import run_create
from canvas_app.selectors import IN_OPERATION, people_inside
from canvas_app.services import close_standing_runs, go_live, wrong_status
from canvas_app.watching import rewatch
from kernel.clock import db_now
from kernel.errors import ProblemError, problem_at
from tenants import quotas
from tenants.audit import audit
from tenants.errors import QuotaCode

InFlight = Literal["finish", "move"]


def canvas_publish(
    canvas: Canvas,
    *,
    name: str,
    actor: str,
    in_flight: InFlight = "finish",
    redirects: dict[str, str | None] | None = None,
) -> dict[str, Any]:
    """What became of the people inside: {"rule", "people", "moved", "left", "staying"}, by place.

    A canvas that is paused stays so, and its people are held in the new version. 409 with all problems when one of them
    is an error; 400 when a redirect leads nowhere.
    """
    refuse_unfit(canvas)
    _refuse_beyond_quota(canvas)
    fire_if_due(canvas, db_now())
    inside, runs = people_inside(canvas)["people"], active_runs(canvas)
    version = _make_version(canvas, name, actor)
    if in_flight == "move":
        _refuse_redirects(version, redirects or {})
    if canvas.status == "live":
        go_live(canvas, version)
    moved = _move(canvas, version, runs, redirects or {}) if in_flight == "move" else Counter[str]()
    close_standing_runs(canvas)
    rewatch(canvas)
    became = {"rule": in_flight, "people": inside, **{k: moved[k] for k in ("moved", "left", "staying")}}
    audit(actor, "canvas.publish", f"canvas:{canvas.pk}", version=version.number, in_flight=became)
    return became


def refuse_unfit(canvas: Canvas) -> None:
    """Raises when the draft can't go live."""
    if canvas.status == "archived":
        raise wrong_status(canvas)
    problems = check(canvas.draft, canvas.kind)
    errors = [p for p in problems if p.severity == ERROR]
    if errors:
        raise ProblemError(Code.NOT_PUBLISHABLE, count=len(errors), extra={"problems": [p.as_json() for p in problems]})


def _refuse_beyond_quota(canvas: Canvas) -> None:
    if canvas.status not in IN_OPERATION and (limit := quotas.full(quotas.LIVE)) is not None:
        raise ProblemError(QuotaCode.QUOTA_LIVE_CANVASES, limit=limit)


def _make_version(canvas: Canvas, name: str, actor: str) -> CanvasVersion:
    number = (canvas.published or 0) + 1
    version = CanvasVersion.objects.create(
        canvas=canvas, number=number, name=name, definition=canvas.draft, published_by=actor
    )
    canvas.published, canvas.published_revision = number, canvas.revision
    canvas.status = "paused" if canvas.status == "paused" else "live"
    canvas.save()
    return version


def _refuse_redirects(version: CanvasVersion, redirects: dict[str, str | None]) -> None:
    plan = plan_of(version.pk)
    wrong = [
        problem_at(f"/redirects/{node}", Code.BAD_REDIRECT, node=target)
        for node, target in redirects.items()
        if target is not None and (plan.walked.entry(target) not in plan.types or target in plan.starts)
    ]
    if wrong:
        raise ProblemError.invalid(wrong)


def _move(canvas: Canvas, version: CanvasVersion, runs: list[Run], redirects: dict[str, str | None]) -> Counter[str]:
    counted: Counter[str] = Counter()
    for run in runs:
        target = _target(canvas, version, run)
        target.moving = {**(target.moving or {}), "from": True}
        target.save(update_fields=["moving"])
        known = (run.moving or {}).get("redirects") or {}
        run.moving = {**(run.moving or {}), "to": target.pk, "redirects": {**known, **redirects}}
        run.save(update_fields=["moving"])
        counted += move_everybody(run)
    return counted


def _target(canvas: Canvas, version: CanvasVersion, run: Run) -> Run:
    """The standing run of the new version, or a run of it that takes over this one; its sample stays with the old one."""
    kind, key = (
        ("standing", f"standing:{version.number}")
        if run.kind == "standing"
        else (run.kind, f"moved:{run.pk}:{version.number}")
    )
    run_create(
        canvas, version, kind=kind, fire_key=key, fire_at=run.fire_at if kind != "standing" else db_now(), empty=True
    )
    return Run.objects.get(canvas=canvas, fire_key=key)
