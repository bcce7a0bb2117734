"""Admin of tenants, members, users, API keys and the audit log."""

import zoneinfo
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.admin import GroupAdmin as DjangoGroupAdmin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group, User
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as __
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin, TabularInline
from unfold.decorators import display
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm
from unfold.widgets import (
    UnfoldAdminSelectWidget,
    UnfoldAdminSplitDateTimeWidget,
    UnfoldAdminTextInputWidget,
)

from kernel.errors import ProblemError
from kernel.schema import parse
from tenants.admin_base import ScopedAdmin
from tenants.admin_quotas import FIELDS, quotas_sent, with_quotas
from tenants.admin_scope import ADMIN_TENANT, enterable_tenants
from tenants.audit import audit
from tenants.keys import ALL, SCOPES, key_create, key_revoke
from tenants.metering import usage_show
from tenants.models import ApiKey, AuditEntry, Member, Tenant
from tenants.quotas import quotas_set
from tenants.scope import current_tenant_id, in_scope
from tenants.settings import SettingsIn

admin.site.unregister([User, Group])


@admin.register(User)
class UserAdmin(DjangoUserAdmin, ModelAdmin):
    form = UserChangeForm
    add_form = UserCreationForm
    change_password_form = AdminPasswordChangeForm


@admin.register(Group)
class GroupAdmin(DjangoGroupAdmin, ModelAdmin):
    pass


class MemberInline(TabularInline):
    model = Member
    extra = 0
    fields = ("user", "role", "created_at")
    readonly_fields = ("created_at",)
    autocomplete_fields = ("user",)


class TenantForm(forms.ModelForm):
    """Settings are checked as the API checks them, so nothing gets in here that the engine can't read."""

    timezone = forms.ChoiceField(label=_("时区"), choices=[(z, z) for z in sorted(zoneinfo.available_timezones())],
                                 initial="Asia/Shanghai", widget=UnfoldAdminSelectWidget)  # fmt: skip
    locale = forms.ChoiceField(
        label=_("语言"), choices=[("zh-CN", "简体中文"), ("en", "English")], widget=UnfoldAdminSelectWidget
    )

    def clean_settings(self) -> dict[str, Any]:
        sent: Any = self.cleaned_data["settings"]
        known = ("caps", "quiet_hours", "approval", "canvas_events")
        if not isinstance(sent, dict) or set(sent) - set(known):
            raise forms.ValidationError(__("设置应为对象,可含:") + ", ".join(known))
        try:
            parse(SettingsIn, sent)
        except ProblemError as problem:
            raise forms.ValidationError([f"{e.pointer}: {e.detail}" for e in problem.errors]) from problem
        return sent


@admin.register(Tenant)
class TenantAdmin(ModelAdmin):
    """Global: the list of tenants itself. A tenant is switched off, never deleted."""

    form = TenantForm
    list_display = ("name", "shown_active", "timezone", "shown_members", "created_at")
    list_filter = ("is_active",)
    search_fields = ("name",)
    ordering = ("name",)
    fields = ("name", "is_active", "timezone", "locale", "settings")
    readonly_fields = ("shown_usage",)
    inlines = (MemberInline,)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = with_quotas(TenantForm) if request.user.is_superuser else TenantForm
        return super().get_form(request, obj, change, **{**kwargs, "form": form})

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Who only runs the tenant reads its limits."""
        limits = list(FIELDS) if request.user.is_superuser else []
        return [(None, {"fields": self.fields}), (_("配额"), {"fields": [*limits, "shown_usage"]})]

    def save_model(self, request: HttpRequest, obj: Tenant, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if request.user.is_superuser:
            quotas_set(obj, quotas_sent(form))

    @display(description=_("已用"))
    def shown_usage(self, tenant: Tenant) -> str:
        if not in_scope() or current_tenant_id() != tenant.pk:
            return __("进入该租户后可见")
        said = (f"{row['label']}: {row['used']} / {row['limit']}" for row in usage_show() if row["limit"] is not None)
        return format_html_join(mark_safe("<br>"), "{}", ((text,) for text in said)) or __("全部不限")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Tenant]:
        mine = enterable_tenants(request.user).order_by().values("pk")
        rows: QuerySet[Tenant] = super().get_queryset(request).filter(pk__in=mine)
        return rows.annotate(n_members=Count("members"))

    @display(description=_("启用"), label={True: "success", False: "danger"}, ordering="is_active")
    def shown_active(self, tenant: Tenant) -> tuple[bool, str]:
        return tenant.is_active, __("启用") if tenant.is_active else __("停用")

    @display(description=_("成员"), ordering="n_members")
    def shown_members(self, tenant: Any) -> int:
        return int(tenant.n_members)

    def get_urls(self) -> list[URLPattern]:
        own = path("choose", self.admin_site.admin_view(choose_tenant), name="tenants_tenant_choose")
        return [own, *super().get_urls()]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


def _choose(request: HttpRequest, raw: str) -> None:
    tenant = enterable_tenants(request.user).filter(pk=int(raw)).first() if raw.isdecimal() and len(raw) < 19 else None
    if tenant is None:
        request.session.pop(ADMIN_TENANT, None)
    else:
        request.session[ADMIN_TENANT] = tenant.pk


def choose_tenant(request: HttpRequest) -> HttpResponse:
    """POST tenant, next: from here on the admin shows this tenant (none: no tenant)."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    _choose(request, request.POST.get("tenant", ""))
    target = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure()):
        target = reverse("admin:index")
    return HttpResponseRedirect(target)


class KeyForm(forms.ModelForm):
    """A new key: its scopes by tick; the text of the key is made on saving."""

    name = forms.CharField(label=_("名称"), max_length=200, widget=UnfoldAdminTextInputWidget)
    scopes = forms.MultipleChoiceField(
        label=_("权限范围"), choices=[(ALL, _("全部权限")), *((s, s) for s in SCOPES)], initial=[ALL],
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    expires_at = forms.SplitDateTimeField(label=_("到期"), required=False, widget=UnfoldAdminSplitDateTimeWidget)

    class Meta:
        model = ApiKey
        fields = ("name", "scopes", "expires_at")


@admin.register(ApiKey)
class ApiKeyAdmin(ScopedAdmin):
    list_display = ("name", "shown_prefix", "shown_state", "created_at", "last_used_at", "expires_at")
    search_fields = ("name", "prefix")
    ordering = ("-id",)
    actions = ("revoke",)

    @display(description=_("密钥"))
    def shown_prefix(self, key: ApiKey) -> str:
        return f"mk_{key.tenant_id}_{key.prefix}_…"

    @display(description=_("状态"), label={"live": "success", "revoked": "danger"})
    def shown_state(self, key: ApiKey) -> tuple[str, str]:
        return ("revoked", __("已吊销")) if key.revoked_at else ("live", __("有效"))

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        return super().get_form(request, obj, change, **kwargs) if change else KeyForm

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["name", "scopes", "expires_at"] if obj is None else super().get_fields(request, obj)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return [] if obj is None else super().get_readonly_fields(request, obj)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("tenants.add_apikey")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        # the list's action needs it; every field of an existing key is read-only
        return request.user.has_perm("tenants.change_apikey")

    def save_model(self, request: HttpRequest, obj: ApiKey, form: Any, change: bool) -> None:
        if change:
            return
        sent = form.cleaned_data
        key, text = key_create(name=sent["name"], scopes=sent["scopes"], expires_at=sent["expires_at"])
        audit(request.user.get_username(), "key.create", f"key:{key.prefix}", scopes=sent["scopes"])
        obj.pk, obj.prefix = key.pk, key.prefix
        shown = format_html("{}<br><code id='new-key' style='user-select: all; word-break: break-all'>{}</code>",
                            __("请现在复制密钥,它只显示这一次:"), text)  # fmt: skip
        messages.warning(request, shown)

    @admin.action(description=_("吊销所选密钥"), permissions=["change"])
    def revoke(self, request: HttpRequest, keys: QuerySet[ApiKey]) -> None:
        for key in keys.filter(revoked_at=None):
            key_revoke(key)
            audit(request.user.get_username(), "key.revoke", f"key:{key.prefix}")
        messages.success(request, __("所选密钥已吊销"))


@admin.register(AuditEntry)
class AuditEntryAdmin(ScopedAdmin):
    list_display = ("at", "actor", "action", "target")
    list_filter = ("action",)
    search_fields = ("actor", "target")
    ordering = ("-id",)
