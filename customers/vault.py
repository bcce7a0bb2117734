"""The open tenant's keys: seals identities at rest and finds them by blind index. Plain values never leave by a log."""

import hmac
from dataclasses import dataclass
from hashlib import sha256

from kernel import crypto
from tenants.scope import current_tenant_id
from tenants.settings import tenant_now

DIGEST_BYTES = 16


@dataclass(frozen=True)
class Vault:
    """Keys of one tenant. `digest` equals kernel.crypto.blind_index; it keeps the keyed state, which halves its time."""

    tenant_id: int
    key: bytes
    index: "hmac.HMAC"

    def digest(self, kind: str, value: str) -> bytes:
        state = self.index.copy()
        state.update(f"{kind}\0{value}".encode())
        return state.digest()[:DIGEST_BYTES]

    def seal(self, kind: str, digest: bytes, value: str) -> bytes:
        return crypto.seal(self.key, value.encode(), self._place(kind, digest))

    def open(self, kind: str, digest: bytes, sealed: bytes) -> str:
        """Raises cryptography.exceptions.InvalidTag when the row was altered or moved."""
        return crypto.unseal(self.key, sealed, self._place(kind, digest)).decode()

    def _place(self, kind: str, digest: bytes) -> bytes:
        return f"{self.tenant_id}|{kind}|{digest.hex()}".encode()


_vaults: dict[int, Vault] = {}


def vault() -> Vault:
    """The vault of the open scope, kept for the life of the process."""
    tenant_id = current_tenant_id()
    if tenant_id not in _vaults:
        key = crypto.open_key(bytes(tenant_now().sealed_key))
        _vaults[tenant_id] = Vault(tenant_id, key, hmac.new(crypto.index_key(key), digestmod=sha256))
    return _vaults[tenant_id]
