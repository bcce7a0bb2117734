"""Who is calling: an API key of a tenant, or a member in the browser. Decides nothing but identity."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from rest_framework.authentication import CSRFCheck
from rest_framework.request import Request

from kernel.errors import Code, ProblemError
from tenants.keys import ALL, Claim, key_check, read_claim
from tenants.models import Member, Role

SESSION_TENANT = "tenant_id"

_READ_ALL = (
    "customers:read",
    "events:read",
    "audiences:read",
    "channels:read",
    "templates:read",
    "rewards:read",
    "canvases:read",
    "runs:read",
    "settings:read",
)
_WRITE_WORK = (
    "customers:write",
    "events:write",
    "audiences:write",
    "templates:write",
    "rewards:write",
    "canvases:write",
    "runs:write",
)
ROLE_SCOPES: dict[str, tuple[str, ...]] = {
    Role.OWNER: (ALL,),
    Role.MANAGER: (ALL,),
    Role.MARKETER: (*_READ_ALL, *_WRITE_WORK),
    Role.ANALYST: _READ_ALL,
    Role.APPROVER: (*_READ_ALL, "canvases:approve"),
}


@dataclass(frozen=True)
class Actor:
    """The caller. `name` goes into the audit log; `scopes` may be ("*",)."""

    tenant_id: int
    name: str
    scopes: tuple[str, ...]
    role: str | None = None

    def may(self, scope: str) -> bool:
        return ALL in self.scopes or scope in self.scopes


def may(role: str, scope: str) -> bool:
    return Actor(0, "", ROLE_SCOPES[role], role).may(scope)


def claimed_key(request: HttpRequest) -> Claim | None:
    """The Bearer key's claim; None when there is no Bearer header. Raises BAD_KEY for a malformed one."""
    header = request.headers.get("Authorization", "")
    if not header:
        return None
    scheme, _, raw = header.partition(" ")
    claim = read_claim(raw.strip()) if scheme.lower() == "bearer" else None
    if claim is None:
        raise ProblemError(Code.BAD_KEY)
    return claim


def key_actor(claim: Claim) -> Actor:
    """Checks the key inside its tenant's scope. Raises BAD_KEY."""
    key = key_check(claim)
    if key is None:
        raise ProblemError(Code.BAD_KEY)
    return Actor(claim.tenant_id, f"key:{key.prefix}", tuple(key.scopes))


def session_member(request: HttpRequest) -> Member | None:
    """The member behind the browser session in the tenant it has chosen (else their first), or None."""
    if not request.user.is_authenticated:
        return None
    mine = Member.objects.filter(user=request.user, tenant__is_active=True).select_related("tenant").order_by("id")
    chosen = request.session.get(SESSION_TENANT)
    return (mine.filter(tenant_id=chosen).first() if chosen else None) or mine.first()


def session_actor(request: HttpRequest) -> Actor:
    """Raises NOT_AUTHENTICATED without a session, CSRF_FAILED when a writing request lacks its token."""
    member = session_member(request)
    if member is None:
        raise ProblemError(Code.NOT_AUTHENTICATED)
    enforce_csrf(request)
    return Actor(member.tenant_id, request.user.get_username(), ROLE_SCOPES[member.role], member.role)


def enforce_csrf(request: HttpRequest) -> None:
    """As DRF's SessionAuthentication does it. Raises CSRF_FAILED."""
    check = CSRFCheck(lambda _: HttpResponse())
    check.process_request(request)
    if check.process_view(request, lambda: HttpResponse(), (), {}):
        raise ProblemError(Code.CSRF_FAILED)


def actor_of(request: Request) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]  # set by TenantView
    return actor
