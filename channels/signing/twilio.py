"""X-Twilio-Signature (www.twilio.com/docs/usage/webhooks/webhooks-security; the cases of twilio-python's request validator)."""

import base64
import hmac
from collections.abc import Iterable, Mapping
from hashlib import sha1, sha256
from urllib.parse import parse_qs, urlsplit, urlunsplit

_PORTS = {"http": 80, "https": 443}


def sign(token: str, url: str, params: Mapping[str, Iterable[str]]) -> str:
    """Of a form: each name with its values, sorted and without repeats."""
    said = "".join(f"{name}{value}" for name in sorted(params) for value in sorted(set(params[name])))
    return base64.b64encode(hmac.digest(token.encode(), (url + said).encode(), sha1)).decode()


def verify(token: str, urls: Iterable[str], body: bytes, form: Mapping[str, Iterable[str]], given: str) -> bool:
    """Is it right for one of these addresses, with or without its port? A body that is no form has its digest in the query."""
    for url in {way for known in urls for way in (known, _with_port(known), _without_port(known))}:
        digest = parse_qs(urlsplit(url).query).get("bodySHA256")
        if digest and not hmac.compare_digest(digest[0].encode(), sha256(body).hexdigest().encode()):
            continue
        if hmac.compare_digest(sign(token, url, {} if digest else form).encode(), given.encode()):
            return True
    return False


def _with_port(url: str) -> str:
    parts = urlsplit(url)
    if parts.port or parts.scheme not in _PORTS:
        return url
    return urlunsplit(parts._replace(netloc=f"{parts.netloc}:{_PORTS[parts.scheme]}"))


def _without_port(url: str) -> str:
    parts = urlsplit(url)
    return urlunsplit(parts._replace(netloc=parts.netloc.rsplit(":", 1)[0])) if parts.port else url
