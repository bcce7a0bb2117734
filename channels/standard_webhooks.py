"""Standard Webhooks 1.0.0: signing what we send and verifying what we get (standard-webhooks spec, "Signature scheme")."""

import base64
import binascii
import hmac
from hashlib import sha256

ID, TIMESTAMP, SIGNATURE = "webhook-id", "webhook-timestamp", "webhook-signature"
TOLERANCE_SECONDS = 300
_PREFIX = "whsec_"


def key_of(secret: str) -> bytes:
    """The bytes behind `whsec_<base64>`; a secret that is no base64 counts as it is written."""
    bare = secret.removeprefix(_PREFIX)
    try:
        return base64.b64decode(bare, validate=True)
    except binascii.Error:
        return secret.encode()


def sign(secret: str, message_id: str, timestamp: int, body: bytes) -> str:
    """Value of the webhook-signature header."""
    signed = f"{message_id}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.digest(key_of(secret), signed, sha256)).decode()


def verify(secret: str, message_id: str, timestamp: int, body: bytes, signatures: str) -> bool:
    """Is one of the space-separated signatures right? The caller judges the age."""
    expected = sign(secret, message_id, timestamp, body)
    return any(hmac.compare_digest(expected.encode(), given.encode()) for given in signatures.split())
