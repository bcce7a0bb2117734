"""A shop with customers, accounts and templates, and a gateway to send to."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from channels import facade, sending
from channels.contract import AccountNow
from channels.models import Account, Message, SendJob, Template
from channels.preparing import Prepared, read, render
from channels.services.accounts import AccountIn, account_create
from channels.services.templates import TemplateIn, template_create
from customers.identities import normalise
from customers.models import Consent, Customer, Identity
from customers.vault import vault
from kernel import events
from kernel.clock import db_now
from kernel.sets import People
from kernel.step import Step
from tenants.models import Tenant
from tenants.scope import tenant_tx
from tests.sink import Sink

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


def prepare(account: AccountNow, waiting: Sequence[Prepared]) -> None:
    """Read and rendered at once, as the senders do it in two threads."""
    render(read(account, waiting), waiting)


class Shop:
    """One tenant's channels, worked through the facade as the canvas does it."""

    def __init__(self, tenant: Tenant) -> None:
        self.tenant = tenant
        self.made = 0

    def people(
        self, count: int, *, channel: str = "sms", consent: bool | None = True, address: bool = True, **fields: Any
    ) -> People:
        with tenant_tx(self.tenant.pk):
            numbers = range(self.made, self.made + count)
            self.made += count
            rows = Customer.objects.bulk_create(
                Customer(external_id=f"c{n}", **{"attributes": {"name": f"客{n}"}, **fields}) for n in numbers
            )
            if address:
                self._identify(rows, channel)
            if consent is not None:
                Consent.objects.bulk_create(
                    Consent(
                        tenant_id=self.tenant.pk,
                        customer=row,
                        channel=channel,
                        granted=consent,
                        source="test",
                        at=timezone.now(),
                    )
                    for row in rows
                )
            return People(row.pk for row in rows)

    def _identify(self, rows: list[Customer], channel: str) -> None:
        kind = "email" if channel == "email" else "phone"
        made = []
        for row in rows:
            value = (
                f"{row.external_id}@x.com" if kind == "email" else str(normalise("phone", f"138{row.pk % 10**8:08d}"))
            )
            digest = vault().digest(kind, value)
            made.append(Identity(kind=kind, digest=digest, sealed=vault().seal(kind, digest, value), customer=row))
        Identity.objects.bulk_create(made)

    def identify(self, customer: int, kind: str, value: str) -> None:
        """One more address of theirs."""
        with tenant_tx(self.tenant.pk):
            digest = vault().digest(kind, value)
            sealed = vault().seal(kind, digest, value)
            Identity.objects.create(kind=kind, digest=digest, sealed=sealed, customer_id=customer)

    def account(
        self, provider: str = "console", channel: str = "sms", per_second: int | None = None, **settings: Any
    ) -> Account:
        with tenant_tx(self.tenant.pk):
            return account_create(
                AccountIn(
                    channel=channel, provider=provider, name="a", settings=settings, limits={"per_second": per_second}
                )
            )

    def gateway(self, sink: Sink, channel: str = "sms", **settings: Any) -> Account:
        return self.account("webhook", channel, url=sink.url, secret=sink.secret, **settings)

    def template(self, account: Account, purpose: str = "marketing", **content: Any) -> Template:
        content = content or {"text": "您好 {{ customer.attributes.name }}"}
        with tenant_tx(self.tenant.pk):
            return template_create(
                TemplateIn(channel=account.channel, account=str(account.pk), name="t", purpose=purpose, content=content)
            )

    def touch(
        self, template: Template, group: People, *, node: str = "m", run: int = 1, quiet: Any = None, **step: Any
    ) -> facade.Plan:
        with tenant_tx(self.tenant.pk):
            plan = facade.touch_plan(template.pk, group, db_now(), quiet)
            facade.touch(
                Step(canvas_id=9, run_id=run, node=node, wave_id=step.pop("wave", 1), **step), template.pk, plan
            )
            return plan

    def jobs(self, template: Template, group: People, **step: Any) -> list[int]:
        """Touches them; the jobs made."""
        self.touch(template, group, **step)
        with tenant_tx(self.tenant.pk):
            found = SendJob.objects.filter(run_id=step.get("run", 1), node=step.get("node", "m"))
            return list(found.values_list("pk", flat=True))

    def drain(self, rounds: int = 1000) -> int:
        """Units until nothing is due."""
        for done in range(rounds):
            if not sending.unit(self.tenant.pk):
                return done
        raise AssertionError("no end of work")

    def settings(self, **changes: Any) -> None:
        self.tenant.settings = {**self.tenant.settings, **changes}
        self.tenant.save()

    def statuses(self, **where: Any) -> Counter[str]:
        with tenant_tx(self.tenant.pk):
            return Counter(Message.objects.filter(**where).values_list("status", flat=True))

    def reasons(self, **where: Any) -> Counter[str]:
        with tenant_tx(self.tenant.pk):
            return Counter(Message.objects.filter(**where).values_list("reason", flat=True))

    def sql(self, statement: str, params: Any = ()) -> list[Any]:
        with tenant_tx(self.tenant.pk), connection.cursor() as cursor:
            cursor.execute(statement, params)
            return cursor.fetchall() if cursor.description else []

    def due_now(self) -> None:
        """As if the waiting time of every job were over."""
        self.sql(
            "UPDATE channels_sendjob SET due_at = clock_timestamp() - interval '1 second' WHERE tenant_id = %s",
            [self.tenant.pk],
        )

    def lease_over(self) -> None:
        """As if every lease had run out."""
        self.sql(
            "UPDATE channels_sendjob SET lease_until = clock_timestamp() - interval '1 second' WHERE tenant_id = %s",
            [self.tenant.pk],
        )


@pytest.fixture
def shop(tenant: Tenant) -> Shop:
    return Shop(tenant)


@pytest.fixture
def gateway(settings: Any) -> Iterator[Sink]:
    settings.ALLOW_PRIVATE_EGRESS = "loopback"
    with Sink(SECRET) as sink:
        yield sink


@pytest.fixture
def settled() -> Iterator[list[dict[str, Any]]]:
    """What the canvas was told."""
    told: list[dict[str, Any]] = []
    handler = lambda **payload: told.append(payload)  # noqa: E731  # needs an identity to be taken off again
    before = events._handlers["channels.settled"][:]
    events._handlers["channels.settled"][:] = [handler]
    yield told
    events._handlers["channels.settled"][:] = before


@pytest.fixture
def answer() -> Iterator[Any]:
    """answer(topic, value): asked about `topic`, the floors above say `value`."""
    kept: dict[str, Any] = {}

    def say(topic: str, value: Any) -> None:
        kept.setdefault(topic, events._handlers[topic][:])
        events._handlers[topic][:] = [lambda **payload: value(**payload) if callable(value) else value]

    for topic in ("channels.context", "channels.leaving"):
        say(topic, People() if topic == "channels.leaving" else {})
    yield say
    for topic, handlers in kept.items():
        events._handlers[topic][:] = handlers
