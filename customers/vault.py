"""The open tenant's keys: seals identities at rest and finds them by blind index. Plain values never leave by a log."""

import hashlib
from binascii import hexlify
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from kernel import crypto
from tenants.scope import current_tenant_id
from tenants.settings import tenant_now

DIGEST_BYTES = 16
_IPAD, _OPAD = bytes(b ^ 0x36 for b in range(256)), bytes(b ^ 0x5C for b in range(256))


@dataclass(frozen=True)
class Vault:
    """Keys of one tenant. `digest` equals kernel.crypto.blind_index; keeping the keyed states halves its time."""

    tenant_id: int
    key: bytes
    inner: "hashlib._Hash"  # SHA-256 that has read key XOR ipad, and one that has read key XOR opad (RFC 2104)
    outer: "hashlib._Hash"

    def digest(self, kind: str, value: str) -> bytes:
        inner, outer = self.inner.copy(), self.outer.copy()
        inner.update(f"{kind}\0{value}".encode())
        outer.update(inner.digest())
        return outer.digest()[:DIGEST_BYTES]

    def seal(self, kind: str, digest: bytes, value: str) -> bytes:
        return crypto.seal(self.key, value.encode(), self._place(kind, digest))

    def seal_all(self, given: Sequence[tuple[str, bytes, str]]) -> list[bytes]:
        """`seal` of many (kind, digest, value)."""
        places = {kind: self._place(kind, b"") for kind in {kind for kind, _, _ in given}}
        return crypto.seal_all(self.key, [(value.encode(), places[k] + hexlify(digest)) for k, digest, value in given])

    def open(self, kind: str, digest: bytes, sealed: bytes) -> str:
        """Raises cryptography.exceptions.InvalidTag when the row was altered or moved."""
        return crypto.unseal(self.key, sealed, self._place(kind, digest)).decode()

    def seal_at(self, place: str, plain: bytes) -> bytes:
        """For what is not looked for by its kind: bound to the tenant and to `place`."""
        return crypto.seal(self.key, plain, f"{self.tenant_id}|{place}".encode())

    def open_at(self, place: str, sealed: bytes) -> bytes:
        """Raises cryptography.exceptions.InvalidTag as above."""
        return crypto.unseal(self.key, sealed, f"{self.tenant_id}|{place}".encode())

    def _place(self, kind: str, digest: bytes) -> bytes:
        return f"{self.tenant_id}|{kind}|{digest.hex()}".encode()


_vaults: dict[int, Vault] = {}


def vault() -> Vault:
    """The vault of the open scope, kept for the life of the process."""
    tenant_id = current_tenant_id()
    if tenant_id not in _vaults:
        key = crypto.open_key(bytes(tenant_now().sealed_key))
        block = crypto.index_key(key).ljust(64, b"\0")
        _vaults[tenant_id] = Vault(tenant_id, key, sha256(block.translate(_IPAD)), sha256(block.translate(_OPAD)))
    return _vaults[tenant_id]
