"""Tencent Cloud's V3 signature TC3-HMAC-SHA256 (cloud.tencent.com/document/api/382/52072); content-type and host are signed."""

import hmac
from datetime import UTC, datetime
from hashlib import sha256

ALGORITHM = "TC3-HMAC-SHA256"


def canonical(host: str, content_type: str, body: bytes, path: str = "/") -> str:
    """Of a POST; the content type is taken as it is sent."""
    headers = f"content-type:{content_type}\nhost:{host}\n"
    return "\n".join(["POST", path, "", headers, "content-type;host", sha256(body).hexdigest()])


def authorization(secret_id: str, secret_key: str, service: str, request: str, at: int) -> str:
    """Value of the Authorization header; request: canonical(…), at: the X-TC-Timestamp header, seconds."""
    day = datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d")
    scope = f"{day}/{service}/tc3_request"
    to_sign = "\n".join([ALGORITHM, str(at), scope, sha256(request.encode()).hexdigest()])
    key = f"TC3{secret_key}".encode()
    for part in (day, service, "tc3_request"):
        key = hmac.digest(key, part.encode(), sha256)
    signature = hmac.digest(key, to_sign.encode(), sha256).hex()
    return f"{ALGORITHM} Credential={secret_id}/{scope}, SignedHeaders=content-type;host, Signature={signature}"
