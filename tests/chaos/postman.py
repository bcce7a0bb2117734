"""Every wake-up is delivered five times: listens to what is pushed on Redis's queues and pushes it four times more."""

import json
import threading
import time
import uuid

import redis

QUEUES = ("trigger", "bulk", "send", "slow")
COPIES = 4


class Postman:
    """A thread between `with`; outlives Redis's restarts."""

    def __init__(self, url: str) -> None:
        self._url, self._ours, self._stop = url, set[str](), threading.Event()
        self.copied = 0
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> "Postman":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                client = redis.Redis.from_url(self._url)
                with client.monitor() as monitor:
                    for command in monitor.listen():
                        if self._stop.is_set():
                            return
                        self._seen(client, command["command"])
            except (redis.RedisError, OSError, ValueError):
                time.sleep(0.2)

    def _seen(self, client: redis.Redis, command: str) -> None:
        name, _, rest = command.partition(" ")
        queue, _, body = rest.partition(" ")
        if name.upper() != "LPUSH" or queue not in QUEUES:
            return
        message = json.loads(body)
        tag = message["properties"]["delivery_tag"]
        if tag in self._ours:
            self._ours.discard(tag)
            return
        for _ in range(COPIES):
            message["properties"]["delivery_tag"] = tag = str(uuid.uuid4())
            self._ours.add(tag)
            client.lpush(queue, json.dumps(message))
            self.copied += 1
