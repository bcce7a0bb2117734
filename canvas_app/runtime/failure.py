"""A step that can't be done: tried again with growing pauses, then its people wait where they stand, counted and told of.

Only they wait: other branches go on, and a run fails when nothing else in it can move (conclude.end_if_nobody_moves). `retry` sets
them going again from where they stand.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.db.models import Sum
from django.utils import translation

from canvas_app.graph.unfold import drawn
from canvas_app.models import Cohort, Run
from canvas_app.nodes.base import registry
from canvas_app.runtime.conclude import MAX_ATTEMPTS, end_if_nobody_moves
from canvas_app.runtime.movement import queue_of
from canvas_app.runtime.plan import plan_of
from customers import staff_tasks
from kernel.clock import db_now
from kernel.errors import ProblemError
from kernel.language import Text
from kernel.step import Step
from tenants.ready import announce

_BACK_OFF_SECONDS = 5
_MISSING = Text("它用到的对象已经不存在({what})", "Something that it uses is not there any more ({what})")
_INTERNAL = Text("内部错误:{what}", "Internal error: {what}")
_TITLE = Text("画布“{canvas}”的步骤“{node}”做不下去", "Step “{node}” of canvas “{canvas}” can't be done")


def count_failure(run_id: int, cohorts: Sequence[int], error: BaseException | None) -> None:
    """To be called in a transaction of its own, after that of the step was rolled back."""
    now, stuck = db_now(), []
    for cohort in Cohort.objects.filter(pk__in=cohorts).order_by("pk").select_for_update():
        cohort.attempts += 1
        wait = timedelta(seconds=_BACK_OFF_SECONDS * 2**cohort.attempts)
        cohort.due_at = now + wait if cohort.attempts < MAX_ATTEMPTS else None
        cohort.save(update_fields=["attempts", "due_at"])
        if cohort.due_at is None:
            stuck.append(cohort)
        else:
            announce(queue_of(cohort.run), due_at=cohort.due_at)
    if stuck:
        run = Run.objects.select_for_update(no_key=True).get(pk=run_id)
        _write_down(run, stuck[0].node, words_of(error), now)
        end_if_nobody_moves(run)


def _write_down(run: Run, node: str, words: dict[str, str], now: datetime) -> None:
    run.failures = {**run.failures, node: {**words, "at": now.isoformat()}}
    run.error = words["zh"]
    run.save(update_fields=["failures", "error"])
    label = _label(run, node)
    title = _TITLE.zh.format(canvas=run.canvas.name, node=label)
    text = f"{words['zh']}\n{words['en']}"
    step = Step(run.canvas_id, run.pk, node, 0)
    staff_tasks.raise_stuck(step, staff_tasks.Words(title, text), run.canvas.created_by)


def _label(run: Run, node: str) -> str:
    plan = plan_of(run.version_id)
    if not node:
        return "—"
    whole = plan.walked.drawing.nodes[drawn(node)]
    return whole.label or registry[whole.type].labels.say()


def words_of(error: BaseException | None) -> dict[str, str]:
    """Why, for people to read, in both languages."""
    if isinstance(error, ProblemError):
        found = {}
        for language in ("zh", "en"):
            with translation.override("zh-hans" if language == "zh" else "en"):
                found[language] = str(error.as_json()["detail"])
        return found
    text = _MISSING if isinstance(error, ObjectDoesNotExist) else _INTERNAL
    what = type(error).__qualname__.split(".")[0] if text is _MISSING else repr(error)[:500]
    return {"zh": text.zh.format(what=what), "en": text.en.format(what=what)}


def failures_of(run: Run) -> list[dict[str, Any]]:
    """[{"node", "label", "people", "reason", "at"}] of the steps at which people wait because they can't be done."""
    waiting = Cohort.objects.filter(run_id=run.pk, attempts__gte=MAX_ATTEMPTS).values("node").annotate(n=Sum("size"))
    return [
        {
            "node": drawn(row["node"]), "label": _label(run, row["node"]), "people": row["n"],
            "reason": Text(**{k: run.failures.get(row["node"], {}).get(k, "") for k in ("zh", "en")}).say(),
            "at": run.failures.get(row["node"], {}).get("at"),
        }
        for row in waiting.order_by("node")
    ]  # fmt: skip


def error_of(run: Run) -> str | None:
    """Of a run that was not started, in the reader's language."""
    words = run.failures.get("")
    return Text(words["zh"], words["en"]).say() if words else run.error or None


def retry(run: Run, *, actor: str) -> bool:
    """Everybody who waits at a failed step goes on from there; False when nobody does. The caller holds the run's lock."""
    stuck = Cohort.objects.filter(run_id=run.pk, attempts__gte=MAX_ATTEMPTS)
    if not stuck.update(attempts=0, due_at=db_now()):
        return False
    run.status, run.finished_at, run.error, run.failures = "running", None, "", {}
    run.save(update_fields=["status", "finished_at", "error", "failures"])
    staff_tasks.settle_stuck(run.pk, actor)
    announce(queue_of(run))
    return True
