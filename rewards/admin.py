"""Admin of reward packages (stock and state may be changed) and the ledger of grants (to look at)."""

from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display
from unfold.widgets import UnfoldAdminSelectWidget

from rewards.errors import RewardCode
from rewards.items import default_name
from rewards.models import Grant, Package
from rewards.selectors import package_show, status_of
from tenants.admin_base import ScopedAdmin
from tenants.audit import audit

_GRANT_STATES = {
    "issued": _("已发放"), "used": _("已使用"), "expired": _("已过期"), "refunded": _("已退回"), "pending": _("发放中"),
    "rejected": _("被商城拒绝"), "unknown": _("结果未知"),
}  # fmt: skip
_STATES = [("active", _("启用")), ("archived", _("已归档"))]


class PackageForm(forms.ModelForm):
    status = forms.ChoiceField(label=_("状态"), choices=_STATES, widget=UnfoldAdminSelectWidget)

    def clean_stock(self) -> int | None:
        stock: int | None = self.cleaned_data["stock"]
        if stock is not None and stock < self.instance.issued:
            raise forms.ValidationError(RewardCode.STOCK_BELOW_ISSUED.value[1].say(issued=self.instance.issued))
        return stock

    def clean_budget(self) -> Decimal | None:
        budget: Decimal | None = self.cleaned_data["budget"]
        if budget is not None and budget < self.instance.spent:
            raise forms.ValidationError(RewardCode.BUDGET_BELOW_SPENT.value[1].say(spent=self.instance.spent))
        return budget


@admin.register(Package)
class PackageAdmin(ScopedAdmin):
    form = PackageForm
    list_display = (
        "name",
        "shown_items",
        "stock",
        "issued",
        "shown_available",
        "budget",
        "spent",
        "shown_status",
        "created_at",
    )
    list_filter = ("status",)
    search_fields = ("name",)
    ordering = ("-id",)
    editable = ("name", "stock", "budget", "per_customer", "per_customer_days", "low_stock", "status")
    shown = (
        "name",
        "shown_items",
        "status",
        "stock",
        "issued",
        "shown_available",
        "budget",
        "spent",
        "per_customer",
        "per_customer_days",
        "low_stock",
        "low_told_at",
        "validity",
        "created_by",
        "created_at",
    )
    readonly_fields = ("shown_items", "shown_available")

    @display(description=_("状态"), ordering="status", label={"active": "success", "archived": "default"})
    def shown_status(self, package: Package) -> tuple[str, str]:
        return package.status, str(dict(_STATES)[package.status])

    @display(description=_("内容"))
    def shown_items(self, package: Package) -> str:
        return "、".join(default_name(item) for item in package.items)

    @display(description=_("剩余"))
    def shown_available(self, package: Package) -> str:
        available = package_show(package)["available"]
        return "∞" if available is None else str(available)

    def save_model(self, request: HttpRequest, obj: Package, form: Any, change: bool) -> None:
        # only what the form changed: `issued` may be rising at this moment
        obj.save(update_fields=form.changed_data or None)
        audit(
            request.user.get_username(), "reward_package.update", f"reward_package:{obj.pk}", fields=form.changed_data
        )


@admin.register(Grant)
class GrantAdmin(ScopedAdmin):
    list_display = (
        "shown_item",
        "shown_code",
        "customer_id",
        "shown_status",
        "cost",
        "issued_at",
        "expires_at",
        "used_at",
    )
    list_filter = ("status",)
    search_fields = ("=code", "=customer_id", "=order_id")
    ordering = ("-id",)
    hidden = ("item", "code", "external_id")
    readonly_fields = ("shown_item", "shown_code")

    @display(
        description=_("状态"), ordering="status", label={"issued": "info", "used": "success", "expired": "warning"}
    )
    def shown_status(self, grant: Grant) -> tuple[str, str]:
        status = status_of(grant, timezone.now())
        return status, str(_GRANT_STATES.get(status, status))

    @display(description=_("权益"))
    def shown_item(self, grant: Grant) -> str:
        return default_name(grant.item)

    @display(description=_("券码"))
    def shown_code(self, grant: Grant) -> str:
        # a code is money to whoever reads it
        return f"{grant.code[:3]}…{grant.code[-2:]}" if grant.code else "—"
