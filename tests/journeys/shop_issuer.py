"""A merchant's shop that issues rewards: a stand-alone HTTP server that shares no code with the product.

It verifies the Standard Webhooks signature, issues each idempotency_key once, and misbehaves as told: `mode` is ok, lose (it
issues, then answers 500), busy (503 before it issues) or reject (those whose external_id ends in 3).
"""

import base64
import hashlib
import hmac
import json
import threading
import time
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class ShopIssuer:
    """Use with `with`. issued: idempotency_key → (customer, code). asked: how often each key came."""

    def __init__(self, secret: str, mode: str = "ok", delay: float = 0.0) -> None:
        self.secret, self.mode, self.delay = secret, mode, delay
        self.issued: dict[str, tuple[str, str]] = {}
        self.asked: Counter[str] = Counter()
        self.bodies: list[dict[str, Any]] = []
        self.forged = 0
        self._lock = threading.Lock()

    def __enter__(self) -> "ShopIssuer":
        issuer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                raw = self.rfile.read(int(self.headers["Content-Length"]))
                status, answer = issuer.answer(dict(self.headers.items()), raw)
                time.sleep(issuer.delay)  # issued, and the answer is still on its way
                content = json.dumps(answer).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *_: object) -> None:
                """Quiet."""

        class Server(ThreadingHTTPServer):
            request_queue_size = 256

            def handle_error(self, *_: object) -> None:
                """Whoever asked was killed."""

        self._server = Server(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/issue"
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(10)

    def answer(self, headers: dict[str, str], raw: bytes) -> tuple[int, dict[str, Any]]:
        headers = {name.lower(): value for name, value in headers.items()}
        key = base64.b64decode(self.secret.removeprefix("whsec_"))
        signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + raw
        right = "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
        with self._lock:
            if not hmac.compare_digest(right, headers["webhook-signature"]):
                self.forged += 1
                return 401, {}
            return self._issue(json.loads(raw))

    def _issue(self, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        key, who = body["idempotency_key"], body["member"]["external_id"]
        self.asked[key] += 1
        self.bodies.append(body)
        if self.mode == "busy":
            return 503, {}
        if self.mode == "reject" and who.endswith("3"):
            return 200, {"status": "rejected", "code": "no_member"}
        if key not in self.issued:
            self.issued[key] = (who, f"SHOP-{len(self.issued)}")
        if self.mode == "lose":
            return 500, {}
        return 200, {"status": "issued", "external_id": f"x{who}", "code": self.issued[key][1]}
