"""Admin of customers and staff: personal data is shown masked and changed nowhere here."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as __
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from customers.identities import find_value, masked
from customers.models import Customer, Staff, StaffTask
from customers.people import mask_secrets
from tenants.admin_base import ScopedAdmin


@admin.register(Customer)
class CustomerAdmin(ScopedAdmin):
    list_display = ("shown_id", "external_id", "shown_identities", "shown_state", "created_at")
    list_filter = ("blocked",)
    search_fields = ("external_id",)
    search_help_text = _("外部 ID、手机号或邮箱(须完整)")
    ordering = ("-id",)
    hidden = ("attributes", "merged_into")
    readonly_fields = ("shown_identities", "shown_attributes")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Customer], search_term: str
    ) -> tuple[QuerySet[Customer], bool]:
        """By exact external id, phone or email: personal data is sealed, so there is no search by parts."""
        term = search_term.strip()
        if not term:
            return queryset, False
        found = [find_value(kind, term) for kind in ("phone", "email")]
        ids = [number for number in found if number is not None]
        return queryset.filter(external_id=term) | queryset.filter(pk__in=ids), False

    @display(description=_("客户"))
    def shown_id(self, customer: Customer) -> str:
        return f"#{customer.pk}"

    @display(description=_("状态"), label={"blocked": "danger", "erased": "warning", "active": "success"})
    def shown_state(self, customer: Customer) -> tuple[str, str]:
        if customer.erased_at is not None:
            return "erased", __("已擦除")
        return ("blocked", __("黑名单")) if customer.blocked else ("active", __("正常"))

    @display(description=_("身份"))
    def shown_identities(self, customer: Customer) -> str:
        return (
            " · ".join(f"{kind} {value}" for kind, value in masked([customer.pk]).get(customer.pk, {}).items()) or "—"
        )

    @display(description=_("属性"))
    def shown_attributes(self, customer: Customer) -> str:
        shown: dict[str, Any] = {"attributes": customer.attributes}
        mask_secrets({customer.pk: shown})
        return " · ".join(f"{key}: {value}" for key, value in shown["attributes"].items()) or "—"


@admin.register(Staff)
class StaffAdmin(ScopedAdmin):
    list_display = ("name", "external_id", "created_at")
    search_fields = ("name", "external_id")
    ordering = ("-id",)
    hidden = ("attributes", "manager")


@admin.register(StaffTask)
class StaffTaskAdmin(ScopedAdmin):
    """To look at; tasks are closed in the application, by whom they fall to."""

    list_display = ("title", "shown_status", "shown_staff", "customer_id", "due_at", "created_at", "done_by")
    list_filter = ("status", "kind")
    search_fields = ("title", "owner")
    ordering = ("-id",)
    hidden = ("node", "wave_id", "round")

    @display(
        description=_("状态"), ordering="status", label={"open": "warning", "done": "success", "dismissed": "default"}
    )
    def shown_status(self, task: StaffTask) -> tuple[str, str]:
        names = {"open": __("待处理"), "done": __("已完成"), "dismissed": __("已忽略")}
        return task.status, names.get(task.status, task.status)

    @display(description=_("员工"), ordering="staff_id")
    def shown_staff(self, task: StaffTask) -> str:
        return f"#{task.staff_id}" if task.staff_id else task.owner
