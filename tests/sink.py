"""A gateway to send to: a stand-alone HTTP server on 127.0.0.1 that shares no code with the product.

It verifies Standard Webhooks signatures with its own few lines, keeps an append-only log (one JSON line a request), and
misbehaves as told. Use `Sink` inside a test, or run it: `python tests/sink.py --secret whsec_… [--mode slow] [--log FILE]`
prints `ready http://127.0.0.1:PORT/`; POST /mode with the name of a mode changes it; GET /stats answers its counts.

Modes: ok · slow (answers after --delay) · error (accepts, then answers 500) · drop (accepts, then closes the connection)
· hang (accepts, never answers) · status:<code> (refuses; 429 with Retry-After: 1) · results (accepts each by name)
· reject:<code> (rejects each by name).
"""

import argparse
import asyncio
import base64
import hashlib
import hmac
import json
import sys
import threading
import time
from collections import Counter
from typing import Any, TextIO

_REASONS = {200: "OK", 204: "No Content", 401: "Unauthorized"}


def _signature(secret: str, message_id: str, stamp: str, body: bytes) -> str:
    key = base64.b64decode(secret.removeprefix("whsec_"))
    digest = hmac.new(key, b".".join([message_id.encode(), stamp.encode(), body]), hashlib.sha256).digest()
    return "v1," + base64.b64encode(digest).decode()


def _who(message: dict[str, Any]) -> dict[str, Any]:
    """Whom it is for: a customer, or a staff member."""
    found: dict[str, Any] = message.get("customer") or message["staff"]
    return found


class Sink:
    """Runs in a thread of its own between `with`. `messages` are those accepted, in order, repeats too."""

    def __init__(
        self, secret: str, *, mode: str = "ok", delay: float = 1.0, dedupe: bool = True, log: TextIO | None = None
    ) -> None:
        self.secret, self.mode, self.delay, self.dedupe, self.log = secret, mode, delay, dedupe, log
        self.messages: list[dict[str, Any]] = []
        self.requests: list[dict[str, Any]] = []
        self.delivered: Counter[str] = Counter()  # what reached a phone: with dedupe, each id once
        self.forged = self.in_flight = self.most_in_flight = 0
        self.port = 0
        self._loop = asyncio.new_event_loop()
        self._started = threading.Event()
        self._server: asyncio.AbstractServer | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/"

    def __enter__(self) -> "Sink":
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        self._started.wait(10)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        if self._server:
            self._server.close()
        self._loop.close()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self.serve(0))
        self._started.set()
        self._loop.run_forever()

    async def serve(self, port: int) -> asyncio.AbstractServer:
        server = await asyncio.get_running_loop().create_server(
            lambda: _Connection(self), "127.0.0.1", port, backlog=512
        )
        self.port = server.sockets[0].getsockname()[1]
        self._server = server
        return server

    def count(self, key: str) -> int:
        """Messages of the log whose customer has this external id."""
        return sum(_who(m)["external_id"] == key for m in self.messages)

    def take(self, headers: dict[str, str], body: bytes) -> tuple[bool, list[dict[str, Any]]]:
        """Verify and write down. (signature right?, the messages)."""
        message_id, stamp = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
        right = hmac.compare_digest(
            _signature(self.secret, message_id, stamp, body), headers.get("webhook-signature", "")
        )
        right = right and abs(time.time() - int(stamp or 0)) < 300
        found = json.loads(body)["messages"] if right else []
        entry = {
            "at": time.time(),
            "webhook_id": message_id,
            "messages": [[m["id"], m["run"], m["node"], _who(m)["id"], m["content"].get("text", "")] for m in found],
            "right": right,
            "mode": self.mode,
        }
        self.requests.append(entry)
        self.forged += not right
        if self.log:
            self.log.write(json.dumps(entry) + "\n")
            self.log.flush()
        return right, found

    def accept(self, found: list[dict[str, Any]]) -> None:
        for message in found:
            self.messages.append(message)
            if not (self.dedupe and self.delivered[message["id"]]):
                self.delivered[message["id"]] += 1

    def stats(self) -> dict[str, Any]:
        return {
            "requests": len(self.requests), "messages": len(self.messages), "delivered": sum(self.delivered.values()),
            "customers": len({_who(m)["id"] for m in self.messages}), "forged": self.forged,
            "repeated": sum(n - 1 for n in Counter(m["id"] for m in self.messages).values()),
            "doubled": sum(n > 1 for n in Counter((m["run"], m["node"], _who(m)["id"]) for m in self.messages).values()),
        }  # fmt: skip


class _Connection(asyncio.Protocol):
    """HTTP/1.1 with Content-Length and keep-alive; no more is needed here."""

    def __init__(self, sink: Sink) -> None:
        self.sink, self.buffer = sink, b""
        self.transport: Any = None

    def connection_made(self, transport: Any) -> None:
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        while True:
            head, found, rest = self.buffer.partition(b"\r\n\r\n")
            if not found:
                return
            lines = head.decode("latin-1").split("\r\n")
            headers = {k.strip().lower(): v.strip() for k, _, v in (line.partition(":") for line in lines[1:])}
            length = int(headers.get("content-length", 0))
            if len(rest) < length:
                return
            self.buffer = rest[length:]
            method, path, _ = lines[0].split(" ", 2)
            self.answer(method, path, headers, rest[:length])

    def answer(self, method: str, path: str, headers: dict[str, str], body: bytes) -> None:
        if path == "/stats":
            return self.write(200, json.dumps(self.sink.stats()).encode())
        if path == "/mode":
            self.sink.mode = body.decode()
            return self.write(204)
        mode = self.sink.mode
        right, found = self.sink.take(headers, body)
        if not right:
            return self.write(401)
        if mode.startswith("status:"):
            return self.write(int(mode[7:]), extra="Retry-After: 1\r\n" if mode == "status:429" else "")
        if mode.startswith("reject:"):
            return self.write(200, _results(found, "rejected", mode[7:]))
        self.sink.accept(found)
        self.sink.in_flight += 1
        self.sink.most_in_flight = max(self.sink.most_in_flight, self.sink.in_flight)
        if mode == "slow":
            asyncio.get_running_loop().call_later(self.sink.delay, self.finish, 204, b"")
            return None
        if mode == "hang":
            return None
        if mode == "drop":
            self.sink.in_flight -= 1
            return self.transport.abort()  # type: ignore[no-any-return]
        return self.finish(
            500 if mode == "error" else 200 if mode == "results" else 204,
            _results(found, "accepted") if mode == "results" else b"",
        )

    def finish(self, status: int, body: bytes) -> None:
        self.sink.in_flight -= 1
        self.write(status, body)

    def write(self, status: int, body: bytes = b"", extra: str = "") -> None:
        head = f"HTTP/1.1 {status} {_REASONS.get(status, 'Status')}\r\nContent-Length: {len(body)}\r\n{extra}"
        if body:
            head += "Content-Type: application/json\r\n"
        self.transport.write(head.encode() + b"\r\n" + body)


def _results(found: list[dict[str, Any]], status: str, code: str | None = None) -> bytes:
    return json.dumps(
        {"results": [{"id": m["id"], "status": status, "provider_id": f"gw-{m['id']}", "code": code} for m in found]}
    ).encode()


async def _main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--secret", required=True)
    parser.add_argument("--mode", default="ok")
    parser.add_argument("--delay", type=float, default=1.0)
    parser.add_argument("--log", type=argparse.FileType("a"))
    parser.add_argument("--no-dedupe", action="store_true")
    args = parser.parse_args()
    sink = Sink(args.secret, mode=args.mode, delay=args.delay, dedupe=not args.no_dedupe, log=args.log)
    server = await sink.serve(args.port)
    sys.stdout.write(f"ready {sink.url}\n")
    sys.stdout.flush()
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_main())
