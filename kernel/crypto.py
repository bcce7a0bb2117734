"""Envelope encryption of personal data and its blind index. Knows no tables.

Format of a sealed value: version(1) | nonce(12) | AES-256-GCM ciphertext and tag. A tenant's key is sealed by the
installation's master key; its index key is derived from it, so that a phone number is found without being readable.
"""

import hmac
import os
from collections.abc import Sequence
from functools import lru_cache
from hashlib import sha256

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

_VERSION = b"\x01"


def new_sealed_key() -> bytes:
    """A fresh 256-bit data key, sealed by the master key, to be stored with its tenant."""
    return seal(settings.MASTER_KEY, os.urandom(32), b"tenant-key")


def open_key(sealed: bytes) -> bytes:
    return unseal(settings.MASTER_KEY, sealed, b"tenant-key")


@lru_cache(maxsize=1024)
def _cipher(key: bytes) -> AESGCM:
    return AESGCM(key)  # setting up a key takes longer than sealing a phone number with it


def seal(key: bytes, plain: bytes, context: bytes) -> bytes:
    """Encrypt; `context` must be the same when it is opened (it binds a value to its place)."""
    nonce = os.urandom(12)
    return _VERSION + nonce + _cipher(key).encrypt(nonce, plain, context)


def seal_all(key: bytes, given: Sequence[tuple[bytes, bytes]]) -> list[bytes]:
    """(plain, context) each sealed. The random numbers of all come at once: asking for each takes longer than sealing."""
    encrypt, nonces = _cipher(key).encrypt, os.urandom(12 * len(given))
    sealed = []
    for i, (plain, context) in enumerate(given):
        nonce = nonces[12 * i : 12 * i + 12]
        sealed.append(_VERSION + nonce + encrypt(nonce, plain, context))
    return sealed


def unseal(key: bytes, sealed: bytes, context: bytes) -> bytes:
    """Raises cryptography.exceptions.InvalidTag when it was altered or moved elsewhere."""
    sealed = bytes(sealed)
    return _cipher(key).decrypt(sealed[1:13], sealed[13:], context)


def index_key(data_key: bytes) -> bytes:
    return hmac.digest(data_key, b"blind-index", sha256)


def blind_index(key: bytes, kind: str, value: str) -> bytes:
    """16 bytes of HMAC-SHA-256 of a normalised value; `key` is index_key(...)."""
    return hmac.digest(key, f"{kind}\0{value}".encode(), sha256)[:16]
