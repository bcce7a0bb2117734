"""Short links of messages: which message and which link, signed, so that no row is needed for each of a million.

A token is base64url of tenant and link (varints), the message (5 bytes or more) and 6 bytes of a keyed BLAKE2b: 18 to 22
characters, the same for all messages of a template, so that the length of an SMS is known before it is sent.
Link 0 is the picture that tells of an opened mail; message 0 is a preview.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b, sha256
from hmac import compare_digest
from typing import Final

from django.conf import settings

OPENED: Final = 0
_MAC: Final = 6  # bytes: who guesses finds one in 2^48, and wins a counted click and our own customer's address
_MESSAGE: Final = 5
_LONGEST: Final = 64


@dataclass(frozen=True)
class Followed:
    """What a token says."""

    tenant_id: int
    message_id: int
    link_id: int


def base(own: str | None) -> str:
    """Where the tenant's short links begin; `own`: its setting link_base."""
    return (own or settings.BASE_URL).rstrip("/")


def short_link(start: str, tenant_id: int, message_id: int, link_id: int) -> str:
    """start: of `base`."""
    return f"{start}/{'o' if link_id == OPENED else 'l'}/{token(tenant_id, message_id, link_id)}"


def token(tenant_id: int, message_id: int, link_id: int) -> str:
    known = _head(tenant_id, link_id) + message_id.to_bytes(max(_MESSAGE, -(-message_id.bit_length() // 8)), "big")
    return urlsafe_b64encode(known + _mac(known, _key(settings.SECRET_KEY))).rstrip(b"=").decode()


def read(raw: str) -> Followed | None:
    """None when it is not one of ours. It never expires: old mails are opened too."""
    known = _proved(raw)
    if known is None:
        return None
    tenant, rest = _varint(known)
    link, message = _varint(rest)
    return Followed(tenant, int.from_bytes(message, "big"), link)


def _proved(raw: str) -> bytes | None:
    if len(raw) > _LONGEST or not raw.isascii():
        return None
    try:
        sent = urlsafe_b64decode(raw + "=" * (-len(raw) % 4))
    except ValueError:
        return None
    known, mac = sent[:-_MAC], sent[-_MAC:]
    mine = urlsafe_b64encode(sent).rstrip(b"=").decode() == raw  # decoding is lenient: one link has one token
    return known if mine and any(compare_digest(_mac(known, key), mac) for key in _keys()) else None


def _keys() -> Iterable[bytes]:
    return map(_key, [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS])


@lru_cache(maxsize=8)
def _key(secret: str) -> bytes:
    return sha256(b"channels.links:" + secret.encode()).digest()


def _mac(known: bytes, key: bytes) -> bytes:
    return blake2b(known, key=key, digest_size=_MAC).digest()


@lru_cache(maxsize=4096)
def _head(tenant_id: int, link_id: int) -> bytes:
    return _packed(tenant_id) + _packed(link_id)


def _packed(number: int) -> bytes:
    """LEB128."""
    parts = []
    while number > 0x7F:
        parts.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*parts, number])


def _varint(raw: bytes) -> tuple[int, bytes]:
    number = 0
    for i, byte in enumerate(raw):
        number |= (byte & 0x7F) << 7 * i
        if byte < 0x80:
            return number, raw[i + 1 :]
    return 0, b""
