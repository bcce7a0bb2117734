"""Publishing by agreement, where the tenant asks for it: a member who may not approve asks, an approver agrees or refuses.

What is agreed to is the drawing as it was when it was asked for: a draft changed since must be asked for again.
"""

from typing import Any

from django.db.models import QuerySet

from canvas_app.errors import Code
from canvas_app.models import Approval, Canvas
from canvas_app.publishing import canvas_publish, refuse_unfit
from kernel.clock import db_now
from kernel.errors import ProblemError
from tenants.audit import audit
from tenants.settings import tenant_now

WAITING, APPROVED, REJECTED, WITHDRAWN = "awaiting_approval", "approved", "rejected", "withdrawn"


def needs_approval(*, may_approve: bool) -> bool:
    """Must somebody else agree before this member's canvas goes live?"""
    return bool(tenant_now().settings.get("approval")) and not may_approve


def approval_ask(canvas: Canvas, publish: dict[str, Any], *, actor: str) -> Approval:
    """In place of one that waits already. The caller holds the canvas's lock. Raises as canvas_publish does."""
    refuse_unfit(canvas)
    approval_withdraw(canvas, actor=actor)
    asked = Approval.objects.create(canvas=canvas, revision=canvas.revision, publish=publish, asked_by=actor)
    audit(actor, "canvas.ask_approval", f"canvas:{canvas.pk}", revision=canvas.revision)
    return asked


def approval_withdraw(canvas: Canvas, *, actor: str) -> None:
    """Nobody need decide any more: it was asked anew, taken back, or published by somebody who may."""
    _close(waiting_for(canvas), WITHDRAWN, actor, "")


def approve(canvas: Canvas, comment: str, *, actor: str) -> dict[str, Any]:
    """The canvas goes live; what became of the people inside. Raises NOTHING_TO_APPROVE, CHANGED_SINCE, OWN_APPROVAL."""
    asked = _undecided(canvas)
    if asked.asked_by == actor:
        raise ProblemError(Code.OWN_APPROVAL)
    if asked.revision != canvas.revision:
        raise ProblemError(Code.CHANGED_SINCE, asked=asked.revision, revision=canvas.revision)
    _close(asked, APPROVED, actor, comment)
    audit(actor, "canvas.approve", f"canvas:{canvas.pk}", asked_by=asked.asked_by, comment=comment)
    return canvas_publish(canvas, actor=actor, **asked.publish)


def reject(canvas: Canvas, comment: str, *, actor: str) -> None:
    """It stays as it is; whoever asked reads why."""
    _close(_undecided(canvas), REJECTED, actor, comment)
    audit(actor, "canvas.reject", f"canvas:{canvas.pk}", comment=comment)


def waiting_for(canvas: Canvas) -> Approval | None:
    return Approval.objects.filter(canvas=canvas, status=WAITING).first()


def _undecided(canvas: Canvas) -> Approval:
    asked = waiting_for(canvas)
    if asked is None:
        raise ProblemError(Code.NOTHING_TO_APPROVE)
    return asked


def _close(asked: Approval | None, status: str, actor: str, comment: str) -> None:
    if asked is not None:
        asked.status, asked.decided_by, asked.decided_at, asked.comment = status, actor, db_now(), comment
        asked.save(update_fields=["status", "decided_by", "decided_at", "comment"])


def approvals(*, status: str = "") -> QuerySet[Approval]:
    rows = Approval.objects.select_related("canvas")
    return rows.filter(status=status) if status else rows


def approval_show(asked: Approval) -> dict[str, Any]:
    canvas = asked.canvas
    return {
        "id": str(asked.pk), "status": asked.status, "revision": asked.revision, "changed": canvas.revision != asked.revision,
        "canvas": {"id": str(canvas.pk), "name": canvas.name, "kind": canvas.kind, "status": canvas.status},
        "publish": asked.publish, "asked_by": asked.asked_by, "asked_at": asked.asked_at, "decided_by": asked.decided_by or None,
        "decided_at": asked.decided_at, "comment": asked.comment,
    }  # fmt: skip


def latest_of(canvas: Canvas) -> dict[str, Any] | None:
    """The newest request, while it says something about what is drawn now: it waits, or it was refused."""
    asked = Approval.objects.filter(canvas=canvas).select_related("canvas").order_by("-pk").first()
    if asked is None or asked.status not in (WAITING, REJECTED):
        return None
    return approval_show(asked)
