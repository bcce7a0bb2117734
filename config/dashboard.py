"""The first page of the admin (what each tenant has going on) and its side bar."""

from typing import Any

from django.db.models import Count
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from canvas_app.models import Canvas, Run
from canvas_app.proof.alarms import alarms
from tenants.admin_scope import enterable_tenants
from tenants.scope import tenant_tx

_SHOWN = 50
_SIDEBAR: list[tuple[Any, list[tuple[Any, str, str]]]] = [
    (
        _("平台"),
        [
            (_("租户"), "storefront", "tenants_tenant"),
            (_("用户"), "person", "auth_user"),
            (_("用户组"), "groups", "auth_group"),
        ],
    ),
    (
        _("营销"),
        [
            (_("画布"), "hub", "canvas_app_canvas"),
            (_("执行"), "play_circle", "canvas_app_run"),
            (_("人群"), "group_work", "audiences_audience"),
            (_("权益礼包"), "redeem", "rewards_package"),
            (_("权益发放"), "receipt_long", "rewards_grant"),
        ],
    ),
    (
        _("渠道"),
        [
            (_("渠道账号"), "cell_tower", "channels_account"),
            (_("模板"), "description", "channels_template"),
            (_("消息"), "chat", "channels_message"),
        ],
    ),
    (
        _("客户"),
        [
            (_("客户"), "people", "customers_customer"),
            (_("员工"), "badge", "customers_staff"),
        ],
    ),
    (
        _("安全"),
        [
            (_("API 密钥"), "key", "tenants_apikey"),
            (_("审计记录"), "history", "tenants_auditentry"),
        ],
    ),
]


def navigation(request: HttpRequest) -> list[dict[str, Any]]:
    """Groups of the side bar; an entry is there for those who may look at it."""
    return [
        {"title": title, "separator": True, "items": items}
        for title, entries in _SIDEBAR
        if (items := [_entry(*entry) for entry in entries if _may(request.user, entry[2])])
    ]


def _entry(title: Any, icon: str, model: str) -> dict[str, Any]:
    return {"title": title, "icon": icon, "link": reverse(f"admin:{model}_changelist")}


def _may(user: Any, model: str) -> bool:
    app, _dash, name = model.rpartition("_")
    return bool(user.has_perm(f"{app}.view_{name}"))


def dashboard(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Adds `figures`: the tenants that this person may enter, at most fifty, with members, live canvases, running runs."""
    tenants = enterable_tenants(request.user).annotate(n_members=Count("members"))
    figures = [_figures_of(tenant) for tenant in tenants[:_SHOWN]]
    totals = {key: sum(f[key] for f in figures) for key in ("members", "live", "running", "alarms")}
    return {**context, "figures": figures, "totals": {"tenants": tenants.count(), **totals}}


def _figures_of(tenant: Any) -> dict[str, Any]:
    # one scope after another: no query can see two tenants
    with tenant_tx(tenant.pk):
        live = Canvas.objects.filter(status="live").count()
        running = Run.objects.filter(status="running").count()
        wrong = alarms().count()
    return {"tenant": tenant, "members": tenant.n_members, "live": live, "running": running, "alarms": wrong}
