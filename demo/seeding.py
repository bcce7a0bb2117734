"""Fills the demo tenant through the services, step by step; each step is one transaction and is done once for ever.

What was done stands in the audit log, so a run that was cut short goes on where it stopped, with the same last day.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any

from audiences.models import Audience
from audiences.services import audience_create_dynamic
from canvas_app.gallery import filled
from canvas_app.models import Canvas, Run
from canvas_app.publishing import canvas_publish
from canvas_app.services import canvas_create, canvas_run_now
from channels.models import Template
from channels.services.accounts import AccountIn, account_create
from channels.services.templates import TemplateIn, template_create
from customers.event_services import events_take
from customers.models import AttributeDefinition, Tag
from customers.services import customers_write
from demo import content, live
from demo.shop import ZONE, make_shop
from rewards import pool
from rewards.models import Package
from rewards.services import package_create
from tenants.audit import audit
from tenants.models import AuditEntry, Tenant
from tenants.scope import tenant_tx

NAME, ACTOR = "山间茶铺", "seed_demo"
_CHUNK = 10_000
_PATIENCE_SECONDS = 60.0
Say = Callable[[str], None]


def tenant_get() -> Tenant:
    """The demo tenant, made when it is not there."""
    found = Tenant.objects.filter(name=NAME).order_by("pk").first()
    return found or Tenant.objects.create(name=NAME, timezone=ZONE.key)


class Steps:
    """`once(name)` is a transaction that happens the first time only; `say` is told what goes on."""

    def __init__(self, tenant_id: int, say: Say) -> None:
        self.tenant_id, self.say = tenant_id, say
        with tenant_tx(tenant_id):
            done = AuditEntry.objects.filter(actor=ACTOR, action="demo.step")
            self._done = dict(done.values_list("target", "detail"))

    def is_done(self, name: str) -> bool:
        return name in self._done

    def detail(self, name: str) -> dict[str, Any]:
        return dict(self._done[name])

    @contextmanager
    def _transaction(self, name: str, detail: dict[str, Any]) -> Iterator[None]:
        with tenant_tx(self.tenant_id):
            yield
            audit(ACTOR, "demo.step", name, **detail)
        self._done[name] = detail

    def once(self, name: str, act: Callable[[], object], **detail: Any) -> None:
        if self.is_done(name):
            return
        self.say(name)
        with self._transaction(name, detail):
            act()


def seed(tenant_id: int, say: Say, work: Callable[[], None]) -> None:
    """Everything. `work` carries out what is due (the worker loops), for the run that the first screen shows."""
    steps = Steps(tenant_id, say)
    steps.once("begin", lambda: None, until=datetime.now(ZONE).date().isoformat())
    end = date.fromisoformat(steps.detail("begin")["until"])
    steps.once("attributes", _attributes)
    _people(steps, end)
    steps.once("audiences", _audiences)
    steps.once("rewards", _rewards)
    steps.once("channels", _channels)
    steps.once("canvases", lambda: _canvases(end))
    steps.once("first run", _first_run)
    steps.once("visitors", live.carts)
    if not steps.is_done("results"):
        say("carrying out")
        if _carried_out(tenant_id, work):
            steps.once("results", lambda: live.orders(content.FIRST_RUN))


def _carried_out(tenant_id: int, work: Callable[[], None]) -> bool:
    """Has the first run come to its end? Somebody else's workers may be at it too, so it is waited for."""
    ends = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < ends:
        work()
        with tenant_tx(tenant_id):
            if Run.objects.filter(canvas__name=content.FIRST_RUN, kind="manual", status="finished").exists():
                return True
        time.sleep(0.2)
    return False


def _people(steps: Steps, end: date) -> None:
    """The rows are made anew when something is missing: they are the same for the same last day."""
    if steps.is_done("imported"):
        return
    steps.say("making the shop")
    shop = make_shop(end)
    for what, rows, take in (("customers", shop.customers, customers_write), ("events", shop.events, events_take)):
        for start in range(0, len(rows), _CHUNK):
            part = rows[start : start + _CHUNK]
            steps.once(f"{what} {start + len(part)}/{len(rows)}", lambda part=part, take=take: _all_taken(take(part)))
    steps.once("imported", lambda: None)


def _all_taken(outcome: Any) -> None:
    if outcome.rejected:
        raise RuntimeError(f"rows refused: {outcome.rejected[:3]}")


def _attributes() -> None:
    """Attributes and tags with their labels and layers, before the first value declares them without."""
    AttributeDefinition.objects.bulk_create(
        AttributeDefinition(key=key, type=kind, label={"zh": zh, "en": en}, options=options)
        for key, (kind, zh, en, options) in content.ATTRIBUTES.items()
    )
    Tag.objects.bulk_create(Tag(name=name, layer=layer) for layer, names in content.TAGS.items() for name in names)


def _audiences() -> None:
    for name, rule in content.AUDIENCES.items():
        audience_create_dynamic(name=name, rule=rule)


def _rewards() -> None:
    for fields in content.PACKAGES.values():
        package = package_create(dict(fields))
        if any(item["kind"] == "code" for item in fields["items"]):
            pool.add(package, content.POOL_CODES)


def _channels() -> None:
    accounts = {
        channel: account_create(AccountIn(channel=channel, provider="console", name=name))
        for channel, name in content.ACCOUNTS.items()
    }
    for made in content.TEMPLATES.values():
        account = str(accounts[made.channel].pk)
        template_create(TemplateIn(channel=made.channel, account=account, name=made.name, content=made.content))


def _canvases(end: date) -> None:
    for drawing in content.CANVASES:
        choices = {place: _id_of(what) for place, what in drawing.choices.items()}
        kind, document = filled(drawing.template, choices)
        document = {**document, **drawing.change, "active": content.active_from(end)}
        canvas = canvas_create(name=drawing.name, kind=kind, document=document, actor=ACTOR)
        if drawing.live:
            canvas_publish(canvas, name="", actor=ACTOR)


def _id_of(what: str) -> str:
    """The id of what is meant: `package:welcome` is the package of that key."""
    kind, _, key = what.partition(":")
    if kind == "audience":
        return str(Audience.objects.get(name=key).pk)
    if kind == "package":
        return str(Package.objects.get(name=content.PACKAGES[key]["name"]).pk)
    return str(Template.objects.get(name=content.TEMPLATES[key].name).pk)


def _first_run() -> None:
    canvas_run_now(Canvas.objects.get(name=content.FIRST_RUN), None, actor=ACTOR)
