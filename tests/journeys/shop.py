"""A small shop for journeys: customers, templates and packages made through the API, and the workers' loops run in process."""

import time
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.utils import timezone

from config.tasks import run_kind
from kernel.wake import BULK, SEND, SLOW, TRIGGER
from tenants.models import Ready
from tests.conftest import Api


@dataclass
class Shop:
    api: Api
    made: dict[str, str] = field(default_factory=dict)

    def work(self, seconds: float = 90) -> None:
        """Let every kind of worker loop until none finds anything and none of our messages is about to be tried again."""
        ends, tenant = time.monotonic() + seconds, int(str(self.api.key).split("_")[1])
        while time.monotonic() < ends:
            if not sum(run_kind(kind) for kind in (TRIGGER, BULK, SEND, SLOW)):
                soon = timezone.now() + timedelta(seconds=30)
                if not Ready.objects.filter(tenant=tenant, kind=SEND, due_at__lte=soon).exists():
                    return
                time.sleep(0.2)
        raise AssertionError("work does not end")

    def ok(self, answer: Any, status: int = 200) -> Any:
        assert answer.status_code == status, (answer.status_code, answer.content[:2000])
        return answer.json()

    def customers(self, count: int, prefix: str = "c", **fields: Any) -> list[str]:
        """`count` customers who may be sent SMS; attributes n = 0, 1, …"""
        rows = [
            {
                "external_id": f"{prefix}{i}", "identities": {"phone": f"1990000{i:04d}" if prefix == "c" else f"1991111{i:04d}"},
                "attributes": {"n": i}, "consents": {"sms": True}, **fields,
            }
            for i in range(count)
        ]  # fmt: skip
        answer = self.ok(self.api.post("customers/bulk", {"customers": rows}))
        assert answer["rejected"] == []
        return [r["external_id"] for r in rows]

    def audience(self, rule: dict[str, Any], name: str = "人群") -> str:
        return str(self.ok(self.api.post("audiences", {"name": name, "kind": "dynamic", "rule": rule}), 201)["id"])

    def everyone(self) -> str:
        return self.audience({"condition": "attribute", "key": "n", "op": "gte", "value": 0}, "所有人")

    def account(self, **more: Any) -> str:
        body = {"channel": "sms", "provider": "console", "name": "控制台", "settings": {}, **more}
        return str(self.ok(self.api.post("channel-accounts", body), 201)["id"])

    def template(
        self, text: str = "你好", *, purpose: str = "marketing", account: str | None = None, channel: str = "sms"
    ) -> str:
        body = {
            "channel": channel, "account": account or self.account(), "name": "模板", "purpose": purpose,
            "content": {"text": text, "sign": "山间茶铺"},
        }  # fmt: skip
        return str(self.ok(self.api.post("templates", body), 201)["id"])

    def package(self, **more: Any) -> str:
        item = {
            "kind": "coupon",
            "name": "满200减20",
            "threshold": "200.00",
            "discount": "20.00",
            "code": {"prefix": "T", "length": 10},
        }
        return str(self.ok(self.api.post("reward-packages", {"name": "礼包", "items": [item], **more}), 201)["id"])

    def canvas(self, nodes: list[dict[str, Any]], edges: list[str], *, kind: str = "scheduled", **more: Any) -> str:
        """Edges as "a.port>b.port"; ports default to out and in."""
        graph = {"nodes": nodes, "edges": [edge(i, e) for i, e in enumerate(edges)]}
        return str(
            self.ok(self.api.post("canvases", {"name": "画布", "kind": kind, "graph": graph, **more}), 201)["id"]
        )

    def publish(self, canvas: str) -> None:
        self.ok(self.api.post(f"canvases/{canvas}/publish"))

    def run(self, canvas: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        """Publish if need be, run now, let the workers work, and give the run as it then is."""
        if self.ok(self.api.get(f"canvases/{canvas}"))["status"] == "draft":
            self.publish(canvas)
        run = self.ok(self.api.post(f"canvases/{canvas}/run-now", body), 201)
        self.work()
        return self.ok(self.api.get(f"runs/{run['id']}"))

    def all(self, path: str) -> list[dict[str, Any]]:
        """Every page of a list."""
        found: list[dict[str, Any]] = []
        url: str | None = path
        while url:
            page = self.ok(self.api.get(url.split("/api/v1/")[-1]))
            found += page["results"]
            url = page["next"]
        return found


def edge(number: int, text: str) -> dict[str, str]:
    source, target = text.split(">")
    (s, sp), (t, tp) = ((*end.split("."), default)[:2] for end, default in ((source, "out"), (target, "in")))
    return {"id": f"e{number}", "source": s, "source_port": sp, "target": t, "target_port": tp}


def node(id: str, type: str, **config: Any) -> dict[str, Any]:
    return {"id": id, "type": type, "config": config}
