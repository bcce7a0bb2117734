"""The running installation as an integrator sees it: a tenant of its own, an API key, and HTTP."""

import http.client
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import orjson
from django.conf import settings

from tenants.keys import ALL, key_create
from tenants.models import Tenant
from tenants.scope import tenant_tx

_KEPT_SECONDS = 1.0


class Installation:
    """One kept connection to the web process. Raises RuntimeError for any answer that is no success."""

    def __init__(self, name: str, tenant: Tenant | None = None) -> None:
        """tenant: one that is there already."""
        self.tenant = tenant or Tenant.objects.create(name=name)
        with tenant_tx(self.tenant.pk):
            self.key = key_create(name="bench", scopes=[ALL])[1]
        self._used = 0.0
        address = urlsplit(settings.BASE_URL)
        self._connection = http.client.HTTPConnection(address.hostname or "127.0.0.1", address.port or 80, timeout=120)

    def call(self, method: str, path: str, body: Any = None) -> Any:
        raw = b"" if body is None else orjson.dumps(body)
        return self.send(method, path, raw)

    def send(self, method: str, path: str, raw: bytes, media_type: str = "application/json") -> Any:
        """`raw` is ready: making it is not part of what is measured."""
        content = self._answer(method, f"/api/v1/{path}", raw, media_type)
        return orjson.loads(content) if content else None

    def text(self, address: str) -> str:
        """A file that the installation keeps for download."""
        return self._answer("GET", address, b"", "").decode("utf-8-sig")

    def _answer(self, method: str, address: str, raw: bytes, media_type: str) -> bytes:
        if time.monotonic() - self._used > _KEPT_SECONDS:
            self._connection.close()  # the server may be about to close it; the next request opens a new one
        headers = {"Authorization": f"Bearer {self.key}", "Content-Type": media_type}
        self._connection.request(method, address, raw, headers)
        answer = self._connection.getresponse()
        content = answer.read()
        self._used = time.monotonic()
        if answer.status >= 300:
            raise RuntimeError(f"{method} {address}: {answer.status} {content[:500]!r}")
        return content

    def post(self, path: str, body: Any = None) -> Any:
        return self.call("POST", path, {} if body is None else body)

    def get(self, path: str) -> Any:
        return self.call("GET", path)

    @contextmanager
    def scope(self) -> Iterator[None]:
        with tenant_tx(self.tenant.pk):
            yield

    def message_template(self, provider: str, channel: str, content: dict[str, Any], **account: Any) -> str:
        """A template of purpose marketing on a new account."""
        made = {"channel": channel, "provider": provider, "name": provider, **account}
        account_id = self.post("channel-accounts", made)["id"]
        template = {
            "channel": channel,
            "account": account_id,
            "name": "bench",
            "purpose": "marketing",
            "content": content,
        }
        return str(self.post("templates", template)["id"])

    def canvas(
        self, kind: str, nodes: list[dict[str, Any]], edges: list[tuple[str, str, str, str]], **more: Any
    ) -> str:
        """Drawn and live. Edges are (source, its port, target, its port)."""
        drawn = [
            {"id": f"e{n}", "source": s, "source_port": sp, "target": t, "target_port": tp}
            for n, (s, sp, t, tp) in enumerate(edges)
        ]
        body = {"name": "bench", "kind": kind, "graph": {"nodes": nodes, "edges": drawn}, **more}
        canvas = str(self.post("canvases", body)["id"])
        self.post(f"canvases/{canvas}/publish")
        return canvas


def wait_for(done: Any, seconds: float, every: float) -> float:
    """Ask `done()` every so often; the moment (perf_counter) at which it said yes. Raises TimeoutError."""
    ends = time.perf_counter() + seconds
    while not done():
        if time.perf_counter() > ends:
            raise TimeoutError(f"not done after {seconds} s")
        time.sleep(every)
    return time.perf_counter()
