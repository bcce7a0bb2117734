"""Every address of the API with its methods, from the URL conf itself, and a plausible body for each that writes.

A body names the canary's ids wherever the address takes ids: what a stranger who guesses would send.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLResolver, get_resolver

from tests.house.canary import ID, WORD

PREFIX = "api/v1/"
METHODS = ("get", "post", "put", "patch", "delete")
# answered without a key, by design
OPEN = {
    "session": "the log-in itself; says nothing without a session",
    "callbacks/<str:token>": "providers call it; the token names the account and the body is signed",
    "schema/": "the OpenAPI document",
}
_GRAPH = {
    "nodes": [{"id": "a", "type": "audience.source", "config": {"audience": str(ID)}, "position": {"x": 0, "y": 0}}],
    "edges": [],
}
_RULE = {"condition": "audience", "id": str(ID)}
NOTHING: dict[str, Any] = {}
BODIES: dict[tuple[str, str], Any] = {
    ("post", "session"): {"username": WORD, "password": WORD},
    ("put", "session"): {"tenant": str(ID)},
    ("patch", "settings"): {"name": "mine"},
    ("post", "members"): {"username": "newcomer", "role": "nobody"},
    ("patch", "members/<str:member_id>"): {"role": "owner"},
    ("post", "api-keys"): {"name": "mine"},
    ("post", "jobs/<str:job_id>/cancel"): NOTHING,
    ("post", "customers/bulk"): {"customers": [{"external_id": "mine", "tags": ["mine"]}]},
    ("patch", "customers/<str:customer_id>"): {"attributes": {"x": "1"}},
    ("post", "customers/<str:customer_id>/identities"): {"kind": "openid", "value": "mine"},
    ("patch", "customers/<str:customer_id>/identities/<str:identity_id>"): {"proved": True},
    ("post", "customers/<str:customer_id>/reveal"): {"fields": ["member_id"], "reason": "mine"},
    ("post", "customers/<str:customer_id>/merge"): {"into": str(ID)},
    ("post", "customers/<str:customer_id>/merges/<str:merge_id>/undo"): NOTHING,
    ("post", "merge-proposals/accept"): {"proposals": [str(ID)], "confirm": 1},
    ("post", "merge-proposals/<str:proposal_id>/accept"): NOTHING,
    ("post", "merge-proposals/<str:proposal_id>/dismiss"): NOTHING,
    ("post", "events/bulk"): {"events": [{"event_id": WORD, "customer": {"external_id": WORD}, "name": "page.viewed"}]},
    ("patch", "event-types/<str:name>"): {"label": "mine"},
    ("post", "attributes"): {"key": "mine", "type": "string"},
    ("patch", "attributes/<str:key>"): {"label": "mine"},
    ("post", "attributes/<str:key>/archive"): NOTHING,
    ("post", "attributes/<str:key>/restore"): NOTHING,
    ("post", "tags"): {"name": "mine"},
    ("patch", "tags/<str:tag_id>"): {"description": "mine"},
    ("post", "staff"): {"external_id": "mine", "name": "mine"},
    ("patch", "staff/<str:staff_id>"): {"name": "mine"},
    ("post", "staff/<str:staff_id>/customers"): {"customers": [WORD]},
    ("post", "staff-tasks/<str:task_id>/done"): {"result": "mine"},
    ("post", "staff-tasks/<str:task_id>/dismiss"): {"result": "mine"},
    ("post", "staff-tasks/<str:task_id>/reopen"): NOTHING,
    ("post", "imports"): NOTHING,
    ("post", "imports/<str:import_id>/preview"): {"mapping": {WORD: "external_id"}},
    ("post", "imports/<str:import_id>/start"): {"mapping": {WORD: "external_id"}},
    ("post", "imports/<str:import_id>/undo"): NOTHING,
    ("post", "audiences"): {"name": "mine", "kind": "dynamic", "rule": _RULE},
    ("post", "audiences/preview"): {"rule": _RULE},
    ("post", "audiences/validate"): {"rule": _RULE},
    ("post", "audiences/overlap"): {"audiences": [str(ID), str(ID + 1)]},
    ("post", "audiences/combine"): {"op": "union", "audiences": [str(ID)], "save_as": "mine"},
    ("post", "audiences/move"): {"audiences": [str(ID)], "folder": "mine"},
    ("post", "audiences/<str:audience_id>/people"): {"op": "add", "customers": [WORD]},
    ("post", "audiences/<str:audience_id>/export"): {"format": "csv"},
    ("post", "audiences/<str:audience_id>/archive"): NOTHING,
    ("post", "audiences/<str:audience_id>/restore"): NOTHING,
    ("post", "audiences/<str:audience_id>/duplicate"): {"name": "mine"},
    ("post", "audiences/refresh"): {"audiences": [str(ID)]},
    ("patch", "audiences/<str:audience_id>"): {"name": "mine"},
    ("post", "audiences/<str:audience_id>/refresh"): NOTHING,
    ("post", "figures/preview"): {"lifecycle": {"churned_after_days": 30}},
    ("post", "figures/rebuild"): NOTHING,
    ("post", "tags/<str:tag_id>/refresh"): NOTHING,
    ("post", "tags/<str:tag_id>/checks"): NOTHING,
    ("post", "channel-accounts"): {"channel": "sms", "provider": "console", "name": "mine"},
    ("patch", "channel-accounts/<str:account_id>"): {"name": "mine"},
    ("post", "channel-accounts/<str:account_id>/test"): {"to": "13800138000"},
    ("post", "channel-accounts/<str:account_id>/resume"): NOTHING,
    ("post", "templates"): {
        "channel": "sms",
        "account": str(ID),
        "name": "x",
        "purpose": "service",
        "content": {"text": "x"},
    },
    ("post", "templates/preview"): {"channel": "sms", "content": {"text": "x"}, "customer": str(ID)},
    ("patch", "templates/<str:template_id>"): {"name": "mine"},
    ("post", "templates/<str:template_id>/preview"): {"customer": str(ID)},
    ("post", "templates/<str:template_id>/test"): {"to": "13800138000"},
    ("post", "callbacks/<str:token>"): {"receipts": [{"id": f"{ID}", "event": "delivered"}]},
    ("post", "reward-packages"): {"name": "mine", "items": [{"kind": "points", "points": 1}]},
    ("patch", "reward-packages/<str:package_id>"): {"name": "mine"},
    ("post", "reward-packages/<str:package_id>/codes"): {"codes": ["A"]},
    ("post", "rewards/redeem"): {"code": WORD, "order_id": "O"},
    ("post", "rewards/refund"): {"grant": str(ID), "order_id": WORD},
    ("post", "canvases"): {"name": "mine", "kind": "scheduled", "graph": _GRAPH},
    ("patch", "canvases/<str:canvas_id>"): {"name": "mine"},
    ("post", "canvases/<str:canvas_id>/check"): NOTHING,
    ("post", "canvases/<str:canvas_id>/estimate"): NOTHING,
    ("post", "canvases/<str:canvas_id>/simulate"): {"customers": [WORD]},
    ("post", "canvases/<str:canvas_id>/publish"): NOTHING,
    ("post", "canvases/<str:canvas_id>/approve"): NOTHING,
    ("post", "canvases/<str:canvas_id>/reject"): {"comment": "mine"},
    ("post", "canvases/<str:canvas_id>/withdraw"): NOTHING,
    ("post", "canvases/<str:canvas_id>/pause"): NOTHING,
    ("post", "canvases/<str:canvas_id>/resume"): NOTHING,
    ("post", "canvases/<str:canvas_id>/end"): NOTHING,
    ("post", "canvases/<str:canvas_id>/archive"): NOTHING,
    ("post", "canvases/<str:canvas_id>/duplicate"): NOTHING,
    ("post", "canvases/<str:canvas_id>/run-now"): NOTHING,
    ("post", "canvases/<str:canvas_id>/versions/<int:number>/restore"): NOTHING,
    ("post", "runs/<str:run_id>/stop"): NOTHING,
    ("post", "runs/<str:run_id>/release"): NOTHING,
    ("post", "runs/<str:run_id>/retry"): NOTHING,
    ("post", "runs/<str:run_id>/nodes/<str:node>/save-audience"): {"name": "mine"},
}
# every name under which a list takes somebody's id
FILTERS = "&".join(
    f"{name}={ID}"
    for name in ("customer", "canvas", "run", "package", "audience", "account", "template", "staff", "tag")
) + "&".join(["", f"external_id={WORD}", "page_size=1000"])


@dataclass(frozen=True)
class Route:
    """`pattern` as in the URL conf, below /api/v1/; `method` in lower case."""

    method: str
    pattern: str

    @property
    def takes_ids(self) -> bool:
        return "<" in self.pattern

    @property
    def body(self) -> Any:
        return BODIES.get((self.method, self.pattern))

    def paths(self) -> list[str]:
        """The address with the canary's id, and with its word where a word may stand."""
        with_id = re.sub(r"<[^>]+>", str(ID), self.pattern)
        with_word = re.sub(r"<int:[^>]+>", str(ID), self.pattern)
        return sorted({with_id, re.sub(r"<[^>]+>", WORD, with_word)})


def api_routes() -> list[Route]:
    """Each method of each address of the API, as the URL conf has them at this moment."""
    return [
        Route(method, pattern.removeprefix(PREFIX))
        for pattern, view in _views(get_resolver())
        if pattern.startswith(PREFIX)
        for method in METHODS
        if hasattr(view, method)
    ]


def _views(resolver: URLResolver, base: str = "") -> Iterator[tuple[str, Any]]:
    for entry in resolver.url_patterns:
        pattern = base + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from _views(entry, pattern)
        else:
            callback: Any = entry.callback
            yield pattern, getattr(callback, "view_class", None) or getattr(callback, "cls", None)
