"""Idempotency-Key on POST, for 24 h: same key and body, same answer; same key, other body, 409.

The record is written in the transaction of the act, so an act that fell back has left no record and may be tried again.
"""

from hashlib import sha256

import orjson
from django.db import connection
from rest_framework.request import Request
from rest_framework.response import Response

from kernel import json as kernel_json
from kernel.errors import Code, ProblemError
from tenants.models import IdempotencyRecord
from tenants.scope import current_tenant_id

HEADER = "Idempotency-Key"
MAX_LENGTH = 255


def _fingerprint(request: Request, raw: bytes) -> bytes:
    return sha256(b"\0".join([str(request.method).encode(), request.path.encode(), raw])).digest()


def replay(request: Request, raw: bytes) -> Response | None:
    """The stored answer if this key was answered before; else reserve the key for this request and return None.

    A second request with the same key waits here until the first commits. Raises IDEMPOTENCY_MISMATCH.
    """
    key = request.headers.get(HEADER)
    if request.method != "POST" or not key:
        return None
    if len(key) > MAX_LENGTH:
        raise ProblemError.at("/headers/Idempotency-Key", Code.BAD_VALUE, reason=f"≤ {MAX_LENGTH}")
    fingerprint = _fingerprint(request, raw)
    if _reserve(key, fingerprint):
        return None
    record = IdempotencyRecord.objects.get(key=key)
    if bytes(record.fingerprint) != fingerprint or record.status is None:
        raise ProblemError(Code.IDEMPOTENCY_MISMATCH)
    data = orjson.loads(bytes(record.body)) if record.body else None
    return Response(data, status=record.status, headers={"Idempotency-Replayed": "true"})


def _reserve(key: str, fingerprint: bytes) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO tenants_idempotencyrecord (tenant_id, key, fingerprint, created_at) VALUES (%s, %s, %s, now()) "
            "ON CONFLICT (tenant_id, key) DO UPDATE SET fingerprint = excluded.fingerprint, status = NULL, body = NULL, "
            "created_at = now() WHERE tenants_idempotencyrecord.created_at < now() - interval '24 hours' RETURNING id",
            [current_tenant_id(), key, fingerprint],
        )
        return cursor.fetchone() is not None


def remember(request: Request, response: Response) -> None:
    """Keep the answer under its key, in the same transaction as what it tells of."""
    key = request.headers.get(HEADER)
    if request.method != "POST" or not key:
        return
    body = kernel_json.dumps(response.data) if response.data is not None else b""
    IdempotencyRecord.objects.filter(key=key).update(status=response.status_code, body=body)
