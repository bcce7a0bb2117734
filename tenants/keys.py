"""API keys: making, checking and revoking them. A key reads `mk_<tenant>_<prefix>_<secret>`."""

import hmac
import json
import secrets
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256

from django.db import connection
from django.utils import timezone

from tenants.models import ApiKey
from tenants.scope import current_tenant_id

RESOURCES = (
    "customers",
    "events",
    "audiences",
    "channels",
    "templates",
    "rewards",
    "canvases",
    "runs",
    "settings",
    "members",
    "keys",
)
REVEAL = "customers:reveal"  # to see identities and sensitive attributes in plain
SCOPES = (*(f"{r}:{act}" for r in RESOURCES for act in ("read", "write")), REVEAL)
ALL = "*"


@dataclass(frozen=True)
class Claim:
    """What a key says of itself, before it was checked."""

    tenant_id: int
    prefix: str
    secret: str


_USE_NOTED_EVERY = timedelta(minutes=1)


def read_claim(raw: str) -> Claim | None:
    parts = raw.split("_", 3)
    if len(parts) != 4 or parts[0] != "mk" or not parts[1].isdecimal() or len(parts[1]) > 18:
        return None
    return Claim(int(parts[1]), parts[2], parts[3])


def key_create(*, name: str, scopes: list[str], expires_at: object = None) -> tuple[ApiKey, str]:
    """A new key of the open tenant and its text, which is shown this one time."""
    prefix, secret = secrets.token_hex(4), secrets.token_urlsafe(32).replace("_", "-")
    key = ApiKey.objects.create(
        name=name,
        prefix=prefix,
        digest=sha256(secret.encode()).digest(),
        scopes=scopes,
        expires_at=expires_at,
    )
    return key, f"mk_{current_tenant_id()}_{prefix}_{secret}"


def key_check(claim: Claim) -> ApiKey | None:
    """The live key of an active tenant behind a claim, or None. Runs in the claimed tenant's scope."""
    key = _key_of(claim)
    if key is None or not hmac.compare_digest(bytes(key.digest), sha256(claim.secret.encode()).digest()):
        return None
    now = timezone.now()
    if key.revoked_at is not None or (key.expires_at is not None and key.expires_at <= now):
        return None
    if key.last_used_at is None or key.last_used_at < now - _USE_NOTED_EVERY:
        _note_use(key.pk)
    return key


def _key_of(claim: Claim) -> ApiKey | None:
    # by hand: every request of an integrator asks this
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT k.id, k.digest, k.scopes, k.expires_at, k.revoked_at, k.last_used_at FROM tenants_apikey k "
            "JOIN tenants_tenant t ON t.id = k.tenant_id AND t.is_active WHERE k.tenant_id = %s AND k.prefix = %s",
            [current_tenant_id(), claim.prefix],
        )
        row = cursor.fetchone()
    if row is None:
        return None
    id_, digest, scopes, expires_at, revoked_at, last_used_at = row
    return ApiKey(
        id=id_, tenant_id=current_tenant_id(), prefix=claim.prefix, digest=digest, scopes=json.loads(scopes),
        expires_at=expires_at, revoked_at=revoked_at, last_used_at=last_used_at,
    )  # fmt: skip


def _note_use(key_id: int) -> None:
    # never waiting for another request that does the same
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE tenants_apikey SET last_used_at = now() WHERE (tenant_id, id) IN (SELECT tenant_id, id FROM tenants_apikey "
            "WHERE tenant_id = %s AND id = %s AND (last_used_at IS NULL OR last_used_at < now() - interval '1 minute') "
            "FOR UPDATE SKIP LOCKED)",
            [current_tenant_id(), key_id],
        )


def key_revoke(key: ApiKey) -> None:
    key.revoked_at = timezone.now()
    key.save(update_fields=["revoked_at"])
