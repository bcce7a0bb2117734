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


@admin.register(Message)
class MessageAdmin(ScopedAdmin):
    list_display = ("id", "channel", "customer_id", "purpose", "status", "reason", "created_at", "sent_at")
    list_filter = ("status", "channel", "purpose")
    search_fields = ("=customer_id", "=provider_id")
    ordering = ("-id",)
    hidden = ("content",)
