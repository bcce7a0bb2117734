"""A gateway in a process of its own that only counts: lean, so that the senders and not it set the pace.

`python -m bench.sink` prints its port. POST / takes messages; GET / answers {"messages", "requests", "ids"} so far, where
ids counts the different ones: an independent witness. Shares no code with the product.
"""

import asyncio
import json
import re
import sys
from typing import Any

_ID = re.compile(rb'\{"id":"([^"]+)","channel"')
_TAKEN = b"HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n"


class Seen:
    """What has arrived."""

    def __init__(self) -> None:
        self.messages = self.requests = 0
        self.ids: set[bytes] = set()

    def note(self, body: bytes) -> None:
        found = _ID.findall(body)
        self.messages += len(found)
        self.requests += 1
        self.ids.update(found)

    def shown(self) -> bytes:
        told = {"messages": self.messages, "requests": self.requests, "ids": len(self.ids)}
        body = json.dumps(told).encode()
        return b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)


class Connection(asyncio.Protocol):
    """HTTP/1.1 with Content-Length, kept open; no stream objects, no tasks."""

    def __init__(self, seen: Seen) -> None:
        self._seen, self._buffer = seen, bytearray()

    def connection_made(self, transport: Any) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while (end := self._buffer.find(b"\r\n\r\n")) >= 0:
            head = bytes(self._buffer[:end]).lower()
            total = end + 4 + _length(head)
            if len(self._buffer) < total:
                return
            body = bytes(self._buffer[end + 4 : total])
            del self._buffer[:total]
            self._answer(head, body)

    def _answer(self, head: bytes, body: bytes) -> None:
        if head.startswith(b"get "):
            self._transport.write(self._seen.shown())
        else:
            self._seen.note(body)
            self._transport.write(_TAKEN)


def _length(head: bytes) -> int:
    _, found, rest = head.partition(b"content-length:")
    return int(rest.partition(b"\r\n")[0]) if found else 0


async def _serve() -> None:
    seen = Seen()
    server = await asyncio.get_running_loop().create_server(lambda: Connection(seen), "127.0.0.1", 0)
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_serve())
