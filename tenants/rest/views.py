"""Session, settings, members and API keys over HTTP."""

from typing import Any

from django.contrib.auth import authenticate, get_user_model, login, logout
from django.middleware.csrf import get_token
from drf_spectacular.utils import extend_schema
from pydantic import AwareDatetime, Field
from rest_framework.request import Request
from rest_framework.response import Response

from kernel.access import one_or_404
from kernel.errors import Code, ProblemError
from kernel.pagination import paginate
from kernel.schema import Body, parse
from tenants.audit import audit
from tenants.keys import ALL, SCOPES, key_create, key_revoke
from tenants.metering import usage_show
from tenants.models import ApiKey, Member, Role
from tenants.rest.actor import SESSION_TENANT, enforce_csrf, may, session_member
from tenants.rest.base import OpenView, TenantView
from tenants.scope import current_tenant_id
from tenants.settings import SettingsIn, settings_show, settings_update, tenant_now


class LogIn(Body):
    username: str
    password: str


class Choose(Body):
    tenant: str


def _session(request: Request) -> dict[str, Any]:
    get_token(request._request)  # sets the csrftoken cookie, which the browser sends back as X-CSRFToken
    member = session_member(request._request)
    if member is None:
        return {
            "authenticated": False,
            "user": None,
            "tenant": None,
            "tenants": [],
            "role": None,
            "is_staff": False,
            "asks_approval": False,
        }
    user, tenant = member.user, member.tenant
    mine = Member.objects.filter(user=user, tenant__is_active=True).select_related("tenant").order_by("id")
    return {
        "authenticated": True,
        "user": {
            "id": str(user.pk),
            "username": user.get_username(),
            "name": user.get_full_name() or user.get_username(),
        },
        "tenant": {
            "id": str(tenant.pk),
            "name": tenant.name,
            "timezone": tenant.timezone,
            "locale": tenant.locale,
        },
        "tenants": [{"id": str(m.tenant_id), "name": m.tenant.name, "role": m.role} for m in mine],
        "role": member.role,
        "is_staff": user.is_staff,
        "asks_approval": bool(tenant.settings.get("approval")) and not may(member.role, "canvases:approve"),
    }


class SessionView(OpenView):
    """The browser's log-in."""

    @extend_schema(operation_id="session_get", responses=dict)
    def get(self, request: Request) -> Response:
        return Response(_session(request))

    @extend_schema(operation_id="session_log_in", request=LogIn, responses=dict)
    def post(self, request: Request) -> Response:
        enforce_csrf(request._request)
        sent = parse(LogIn, request.data)
        user = authenticate(request._request, username=sent.username, password=sent.password)
        if user is None:
            raise ProblemError(Code.BAD_CREDENTIALS)
        login(request._request, user)
        return Response(_session(request))

    @extend_schema(operation_id="session_switch_tenant", request=Choose, responses=dict)
    def put(self, request: Request) -> Response:
        enforce_csrf(request._request)
        sent, user = parse(Choose, request.data), request._request.user
        known = (
            user.is_authenticated
            and sent.tenant.isdecimal()
            and Member.objects.filter(user=user, tenant_id=int(sent.tenant)).exists()
        )
        if not known:
            raise ProblemError(Code.NOT_FOUND)
        request._request.session[SESSION_TENANT] = int(sent.tenant)
        return Response(_session(request))

    @extend_schema(operation_id="session_log_out", responses={204: None})
    def delete(self, request: Request) -> Response:
        enforce_csrf(request._request)
        logout(request._request)
        return Response(status=204)


class SettingsView(TenantView):
    resource = "settings"

    @extend_schema(operation_id="settings_get", responses=dict)
    def get(self, request: Request) -> Response:
        return Response(settings_show(tenant_now()))

    @extend_schema(operation_id="settings_update", request=SettingsIn, responses=dict)
    def patch(self, request: Request) -> Response:
        tenant = settings_update(self.body(SettingsIn))
        audit(self.actor.name, "settings.update", f"tenant:{tenant.pk}", settings=request.data)
        return Response(settings_show(tenant))


class QuotasView(TenantView):
    """What the installation allows this tenant, and how much of it is used. Set in the admin only."""

    resource = "settings"

    @extend_schema(operation_id="quotas_list", responses=dict)
    def get(self, request: Request) -> Response:
        return Response({"results": usage_show(), "next": None})


class MemberIn(Body):
    username: str = Field(min_length=1, max_length=150)
    password: str | None = Field(None, min_length=12)
    name: str = ""
    role: Role


class MemberChange(Body):
    role: Role


def _show_member(member: Member) -> dict[str, Any]:
    return {
        "id": str(member.pk),
        "username": member.user.get_username(),
        "name": member.user.get_full_name(),
        "role": member.role,
    }


def _member_or_404(member_id: str) -> Member:
    # Member is global, so the tenant is asked for by hand here
    return one_or_404(Member.objects.filter(tenant_id=current_tenant_id()).select_related("user"), member_id)


class MembersView(TenantView):
    resource = "members"

    @extend_schema(operation_id="members_list", responses=dict)
    def get(self, request: Request) -> Response:
        rows = Member.objects.filter(tenant_id=current_tenant_id()).select_related("user")
        return Response(paginate(request, rows, _show_member))

    @extend_schema(operation_id="members_create", request=MemberIn, responses={201: dict})
    def post(self, request: Request) -> Response:
        sent, users = self.body(MemberIn), get_user_model()
        if users.objects.filter(username=sent.username).exists():
            raise ProblemError(Code.CONFLICT, what=sent.username)
        user = users.objects.create_user(sent.username, password=sent.password, first_name=sent.name)
        member = Member.objects.create(tenant_id=current_tenant_id(), user=user, role=sent.role)
        audit(self.actor.name, "member.create", f"member:{member.pk}", role=sent.role)
        return Response(_show_member(member), status=201)


class MemberView(TenantView):
    resource = "members"

    @extend_schema(operation_id="members_update", request=MemberChange, responses=dict)
    def patch(self, request: Request, member_id: str) -> Response:
        member = _member_or_404(member_id)
        member.role = self.body(MemberChange).role
        member.save(update_fields=["role"])
        audit(self.actor.name, "member.update", f"member:{member.pk}", role=member.role)
        return Response(_show_member(member))

    @extend_schema(operation_id="members_delete", responses={204: None})
    def delete(self, request: Request, member_id: str) -> Response:
        member = _member_or_404(member_id)
        audit(self.actor.name, "member.delete", f"member:{member.pk}")
        member.delete()
        return Response(status=204)


class KeyIn(Body):
    name: str = Field(min_length=1, max_length=200)
    scopes: list[str] = Field(default_factory=lambda: [ALL])
    expires_at: AwareDatetime | None = None


def _show_key(key: ApiKey) -> dict[str, Any]:
    return {
        "id": str(key.pk), "name": key.name, "prefix": key.prefix, "scopes": key.scopes, "created_at": key.created_at,
        "last_used_at": key.last_used_at, "expires_at": key.expires_at, "revoked_at": key.revoked_at,
    }  # fmt: skip


class KeysView(TenantView):
    resource = "keys"

    @extend_schema(operation_id="api_keys_list", responses=dict)
    def get(self, request: Request) -> Response:
        return Response(paginate(request, ApiKey.objects.all(), _show_key))

    @extend_schema(operation_id="api_keys_create", request=KeyIn, responses={201: dict})
    def post(self, request: Request) -> Response:
        sent = self.body(KeyIn)
        for i, scope in enumerate(sent.scopes):
            if scope != ALL and scope not in SCOPES:
                raise ProblemError.at(f"/scopes/{i}", Code.BAD_VALUE, reason=", ".join(SCOPES))
            if not self.actor.may(scope):
                raise ProblemError(Code.FORBIDDEN, scope=scope)
        key, text = key_create(name=sent.name, scopes=sent.scopes, expires_at=sent.expires_at)
        audit(self.actor.name, "key.create", f"key:{key.prefix}", scopes=sent.scopes)
        return Response({**_show_key(key), "key": text}, status=201)


class KeyView(TenantView):
    resource = "keys"

    @extend_schema(operation_id="api_keys_revoke", responses={204: None})
    def delete(self, request: Request, key_id: str) -> Response:
        key = one_or_404(ApiKey.objects.all(), key_id)
        key_revoke(key)
        audit(self.actor.name, "key.revoke", f"key:{key.prefix}")
        return Response(status=204)
