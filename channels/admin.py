"""Admin of channel accounts (pause, limits), templates and the ledger of messages. Secrets are never shown."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as __
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from channels.models import Account, Message, Template
from tenants.admin_base import ScopedAdmin
from tenants.audit import audit

_STATUSES = {
    "queued": _("排队中"),
    "in_flight": _("发送中"),
    "sent": _("已发送"),
    "failed": _("失败"),
    "suppressed": _("未发送"),
    "unknown": _("结果未知"),
    "delivered": _("已送达"),
    "opened": _("已打开"),
    "clicked": _("已点击"),
}
_COLOURS = {
    "failed": "danger",
    "unknown": "warning",
    "suppressed": "warning",
    "sent": "info",
    "delivered": "success",
    "opened": "success",
    "clicked": "success",
}


@admin.register(Account)
class AccountAdmin(ScopedAdmin):
    list_display = ("name", "channel", "provider", "shown_status", "created_at")
    list_filter = ("channel", "provider", "status")
    search_fields = ("name",)
    ordering = ("-id",)
    editable = ("name",)
    hidden = ("callback_secret",)
    actions = ("pause", "resume")

    @display(description=_("状态"), ordering="status", label={"active": "success", "paused": "warning"})
    def shown_status(self, account: Account) -> tuple[str, str]:
        return account.status, {"active": __("启用"), "paused": __("暂停")}.get(account.status, account.status)

    @admin.action(description=_("暂停所选账号"), permissions=["change"])
    def pause(self, request: HttpRequest, accounts: QuerySet[Account]) -> None:
        self._set(request, accounts, "paused")

    @admin.action(description=_("启用所选账号"), permissions=["change"])
    def resume(self, request: HttpRequest, accounts: QuerySet[Account]) -> None:
        self._set(request, accounts, "active")

    def _set(self, request: HttpRequest, accounts: QuerySet[Account], status: str) -> None:
        for account in accounts.exclude(status=status):
            account.status, account.status_reason = status, ""
            account.save(update_fields=["status", "status_reason"])
            audit(request.user.get_username(), f"channel_account.{status}", f"channel_account:{account.pk}")
        messages.success(request, __("已更新所选账号"))

    def save_model(self, request: HttpRequest, obj: Account, form: Any, change: bool) -> None:
        obj.save(update_fields=form.changed_data or None)
        audit(
            request.user.get_username(), "channel_account.update", f"channel_account:{obj.pk}", fields=form.changed_data
        )


@admin.register(Template)
class TemplateAdmin(ScopedAdmin):
    list_display = ("name", "channel", "account", "purpose", "updated_at")
    list_select_related = ("account",)
    list_filter = ("channel", "purpose")
    search_fields = ("name",)
    ordering = ("-id",)
    hidden = ("track", "outgoing")  # decided where templates are made; what is worked out of the content


@admin.register(Message)
class MessageAdmin(ScopedAdmin):
    list_display = (
        "shown_id",
        "shown_channel",
        "shown_customer",
        "shown_purpose",
        "shown_status",
        "shown_reason",
        "shown_at",
    )
    list_filter = ("status", "channel", "purpose")
    search_fields = ("=customer_id", "=provider_id")
    search_help_text = _("客户编号或服务商消息号")
    ordering = ("-id",)
    hidden = ("content",)

    @display(description=_("消息"))
    def shown_id(self, message: Message) -> str:
        return f"#{message.pk}"

    @display(description=_("渠道"))
    def shown_channel(self, message: Message) -> str:
        return message.channel

    @display(description=_("客户"))
    def shown_customer(self, message: Message) -> str:
        return f"#{message.customer_id}"

    @display(description=_("用途"))
    def shown_purpose(self, message: Message) -> str:
        return __("营销") if message.purpose == "marketing" else __("服务")

    @display(description=_("状态"), label=_COLOURS)
    def shown_status(self, message: Message) -> tuple[str, str]:
        return message.status, str(_STATUSES.get(message.status, message.status))

    @display(description=_("原因"))
    def shown_reason(self, message: Message) -> str:
        return message.reason or "—"

    @display(description=_("时间"), ordering="id")
    def shown_at(self, message: Message) -> Any:
        return message.sent_at or message.created_at
