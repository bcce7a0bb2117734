"""Admin of canvases and their runs: to look at; they are drawn and steered in the application."""

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext as __
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from canvas_app.models import Canvas, Run
from canvas_app.proof.alarms import prove_aside
from kernel.proof import faults
from tenants.admin_base import ScopedAdmin
from tenants.scope import current_tenant_id

_CHECKED_AT_ONCE = 20
_STATES = {"draft": "info", "live": "success", "paused": "warning", "ended": "default", "archived": "default"}


@admin.register(Canvas)
class CanvasAdmin(ScopedAdmin):
    list_display = ("name", "shown_kind", "shown_status", "published", "next_fire_at", "updated_at", "shown_link")
    list_filter = ("status", "kind")
    search_fields = ("name",)
    ordering = ("-id",)
    hidden = ("draft", "published_revision", "paused_at")

    @display(description=_("状态"), ordering="status", label=_STATES)
    def shown_status(self, canvas: Canvas) -> tuple[str, str]:
        names = {
            "draft": __("草稿"),
            "live": __("运行中"),
            "paused": __("已暂停"),
            "ended": __("已结束"),
            "archived": __("已归档"),
        }
        return canvas.status, names.get(canvas.status, canvas.status)

    @display(description=_("类型"), ordering="kind")
    def shown_kind(self, canvas: Canvas) -> str:
        return __("定时型") if canvas.kind == "scheduled" else __("触发型")

    @display(description=_("编辑器"))
    def shown_link(self, canvas: Canvas) -> str:
        return format_html('<a href="/canvases/{}">{}</a>', str(canvas.pk), __("打开"))


@admin.register(Run)
class RunAdmin(ScopedAdmin):
    list_display = ("shown_id", "canvas", "shown_kind", "status", "shown_proof", "fire_at", "started_at", "finished_at")
    list_select_related = ("canvas",)
    list_filter = ("status", "kind")
    search_fields = ("canvas__name",)
    ordering = ("-id",)
    actions = ("check_ledgers",)
    hidden = ("fire_key", "moving", "compacted_at", "goal_event")

    @display(description=_("对账"), label={"ok": "success", "wrong": "danger", "never": "default"})
    def shown_proof(self, run: Run) -> tuple[str, str]:
        found = run.proofs.first()
        if found is None:
            return "never", __("未核对")
        return ("wrong", __("对不上")) if found.since else ("ok", __("平"))

    @admin.action(description=_("核对账目"), permissions=["view"])
    def check_ledgers(self, request: HttpRequest, runs: QuerySet[Run]) -> None:
        """All equations of the chosen runs, the result in words; the alarm follows."""
        for run in runs[:_CHECKED_AT_ONCE]:
            equations = prove_aside(current_tenant_id(), run.pk)
            wrong = faults(equations)
            if not wrong:
                messages.success(
                    request, __("执行 #%(run)s:%(count)s 个等式全部成立") % {"run": run.pk, "count": len(equations)}
                )
            for equation in wrong:
                messages.error(request, f"#{run.pk} · {equation.say()}")

    @display(description=_("执行"))
    def shown_id(self, run: Run) -> str:
        return f"#{run.pk}"

    @display(description=_("类型"), ordering="kind")
    def shown_kind(self, run: Run) -> str:
        names = {"occurrence": __("定时"), "standing": __("常驻"), "manual": __("手动")}
        return names.get(run.kind, run.kind)
