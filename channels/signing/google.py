"""Google's service accounts: the signed claim for which an access token is given (developers.google.com/identity/protocols/oauth2/service-account)."""

import base64
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

import orjson
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key

GRANT: Final = "urn:ietf:params:oauth:grant-type:jwt-bearer"
TOKEN_URI: Final = "https://oauth2.googleapis.com/token"
_SECONDS: Final = 3600  # the longest that Google allows


@dataclass(frozen=True)
class ServiceAccount:
    """What its JSON file says."""

    project: str
    email: str
    key_id: str
    token_uri: str
    key: RSAPrivateKey = field(repr=False)

    def assertion(self, scope: str, now: float) -> str:
        """A JWT, RS256. now: seconds since the epoch."""
        head = {"alg": "RS256", "typ": "JWT", **({"kid": self.key_id} if self.key_id else {})}
        claims = {"iss": self.email, "scope": scope, "aud": self.token_uri, "iat": int(now), "exp": int(now) + _SECONDS}
        said = f"{_text(orjson.dumps(head))}.{_text(orjson.dumps(claims))}"
        return f"{said}.{_text(self.key.sign(said.encode(), PKCS1v15(), SHA256()))}"


@lru_cache(maxsize=64)
def read(raw: str) -> ServiceAccount:
    """Raises ValueError, in words for whoever pasted it."""
    try:
        found = orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        raise ValueError("JSON") from error
    if not isinstance(found, dict) or found.get("type") != "service_account":
        raise ValueError('"type": "service_account"')
    for name in ("project_id", "client_email", "private_key"):
        if not isinstance(found.get(name), str) or not found[name]:
            raise ValueError(name)
    try:
        key = load_pem_private_key(found["private_key"].encode(), None)
    except (ValueError, TypeError) as error:
        raise ValueError("private_key") from error
    if not isinstance(key, RSAPrivateKey):
        raise ValueError("private_key (RSA)")
    uri, key_id = found.get("token_uri") or TOKEN_URI, found.get("private_key_id") or ""
    return ServiceAccount(found["project_id"], found["client_email"], str(key_id), str(uri), key)


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
