"""The admin sees one tenant at a time: who may enter which, and the middleware that opens its scope.

Nothing here may open the scope of a tenant that the staff member may not enter.
"""

from collections.abc import Callable
from typing import Any

from django.db import models, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from tenants.models import Member, Role, Tenant
from tenants.scope import NoTenantScopeError, tenant_tx

ADMIN_TENANT = "admin_tenant_id"
_PREFIX = "/admin/"
_DASHBOARD = _PREFIX  # looks at every tenant in turn, so no single scope may be open


def enterable_tenants(user: Any) -> models.QuerySet[Tenant]:
    """Tenants whose data this staff member may look at: all for a superuser, else those they run."""
    if not (user.is_active and user.is_staff):
        return Tenant.objects.none()
    if user.is_superuser:
        return Tenant.objects.order_by("name", "id")
    mine = Member.objects.filter(user=user, role__in=(Role.OWNER, Role.MANAGER)).values("tenant_id")
    return Tenant.objects.filter(pk__in=mine).order_by("name", "id")


def chosen_tenant(request: HttpRequest) -> Tenant | None:
    """The tenant chosen in this session, if it may (still) be entered."""
    chosen = request.session.get(ADMIN_TENANT)
    return enterable_tenants(request.user).filter(pk=chosen).first() if chosen else None


class AdminTenantMiddleware:
    """Opens the chosen tenant's scope around each request below /admin/; after AuthenticationMiddleware."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        tenant = chosen_tenant(request) if request.path.startswith(_PREFIX) else None
        request.admin_tenant = tenant  # type: ignore[attr-defined]  # read by the templates of the admin
        if tenant is None or request.path == _DASHBOARD:
            return self.get_response(request)
        with tenant_tx(tenant.pk):
            response = self.get_response(request)
            if response.status_code >= 500:  # Django has made an answer of the exception: nothing of it may stay
                transaction.set_rollback(True)
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """A scoped model was asked for and no tenant is chosen: say so, with the choice at hand."""
        if not isinstance(exception, NoTenantScopeError) or not request.path.startswith(_PREFIX):
            return None
        from django.contrib import admin

        context = {**admin.site.each_context(request), "title": _("选择租户"), "next": request.get_full_path()}
        return render(request, "admin/choose_tenant.html", context)
