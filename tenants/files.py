"""Files of a tenant: uploads on their way in, exports and lists of errors on their way out. They expire.

They lie in the database in sealed pieces, since web and workers share no disk, and what they hold is personal data.
"""

import zlib
from collections.abc import Iterator
from datetime import timedelta
from tempfile import TemporaryFile
from typing import IO

from django.db import connection

from kernel import crypto
from kernel.clock import db_now
from tenants.models import FilePart, StoredFile
from tenants.scope import current_tenant_id, tenant_tx
from tenants.settings import tenant_now

PART_BYTES = 1024 * 1024
KEEP = timedelta(days=7)


def _key() -> bytes:
    return crypto.open_key(bytes(tenant_now().sealed_key))


def _place(file_id: int) -> bytes:
    return f"file|{current_tenant_id()}|{file_id}".encode()


def file_create(name: str, media_type: str, *, scope: str, keep: timedelta = KEEP) -> StoredFile:
    """An empty file of the open tenant. `scope`: the permission that downloading it takes, e.g. "customers:read"."""
    return StoredFile.objects.create(name=name[-300:], media_type=media_type, scope=scope, expires_at=db_now() + keep)


def file_append(file: StoredFile, data: bytes) -> None:
    """In the open transaction: a list that is written with what it tells of never says more or less than happened."""
    if not data:
        return
    key, view = _key(), memoryview(data)
    for start in range(0, len(data), PART_BYTES):
        packed = zlib.compress(view[start : start + PART_BYTES], 1)
        FilePart.objects.create(file=file, sealed=crypto.seal(key, packed, _place(file.pk)))
    file.size += len(data)
    file.save(update_fields=["size"])


def file_store(name: str, media_type: str, content: IO[bytes], *, scope: str, keep: timedelta = KEEP) -> StoredFile:
    """All of `content`, from where it stands."""
    file = file_create(name, media_type, scope=scope, keep=keep)
    while data := content.read(PART_BYTES):
        file_append(file, data)
    return file


def file_parts(tenant_id: int, file_id: int) -> Iterator[bytes]:
    """The content piece by piece, each read in a transaction of its own: a slow reader holds none open."""
    last = 0
    while True:
        with tenant_tx(tenant_id):
            part = FilePart.objects.filter(file_id=file_id, id__gt=last).order_by("id").first()
            if part is None:
                return
            last = part.pk
            packed = crypto.unseal(_key(), bytes(part.sealed), _place(file_id))
        yield zlib.decompress(packed)


def file_fetch(tenant_id: int, file_id: int) -> IO[bytes]:
    """The content as a temporary file without a name, to be read from its beginning; gone when closed."""
    copy = TemporaryFile()  # noqa: SIM115  # the caller closes it
    for data in file_parts(tenant_id, file_id):
        copy.write(data)
    copy.seek(0)
    return copy


def file_url(file_id: int | None) -> str | None:
    return None if file_id is None else f"/api/v1/files/{file_id}"


def files_forget_expired() -> None:
    """Those of the open tenant whose time is up."""
    params = {"tenant": current_tenant_id()}
    old = "SELECT id FROM tenants_storedfile WHERE tenant_id = %(tenant)s AND expires_at < clock_timestamp()"
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM tenants_filepart WHERE tenant_id = %(tenant)s AND file_id IN ({old})", params)
        cursor.execute(f"DELETE FROM tenants_storedfile s WHERE tenant_id = %(tenant)s AND id IN ({old})", params)
