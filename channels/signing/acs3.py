"""Alibaba Cloud's V3 signature ACS3-HMAC-SHA256 (help.aliyun.com/zh/sdk/product-overview/v3-request-structure-and-signature)."""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from urllib.parse import quote

ALGORITHM = "ACS3-HMAC-SHA256"


@dataclass(frozen=True)
class Call:
    """A request to be signed. Names of headers are lower-case, and all of them are signed."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes = b""


def encode(text: str) -> str:
    """RFC 3986, with nothing left as it is but letters, digits and -_.~"""
    return quote(text, safe="-_.~")


def query_string(query: Mapping[str, str]) -> str:
    """Sorted by name, as it is signed and as it is sent."""
    return "&".join(f"{encode(name)}={encode(query[name])}" for name in sorted(query))


def canonical(call: Call) -> str:
    names = sorted(call.headers)
    lines = "".join(f"{name}:{call.headers[name].strip()}\n" for name in names)
    return "\n".join(
        [call.method, call.path or "/", query_string(call.query), lines, ";".join(names), digest(call.body)]
    )


def digest(body: bytes) -> str:
    return sha256(body).hexdigest()


def authorization(key: str, secret: str, call: Call) -> str:
    """Value of the Authorization header."""
    to_sign = f"{ALGORITHM}\n{digest(canonical(call).encode())}"
    signature = hmac.digest(secret.encode(), to_sign.encode(), sha256).hex()
    return f"{ALGORITHM} Credential={key},SignedHeaders={';'.join(sorted(call.headers))},Signature={signature}"
