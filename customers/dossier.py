"""Everything that is known of one person, in plain, for a person who asks for it (PIPL art. 45). Reads only, but for the audit log."""

from typing import Any, Final

from customers import sealed
from customers.aliases import with_aliases
from customers.merging.service import merges_of
from customers.models import Consent, Customer, CustomerTag, Event, Identity, StaffRelation, StaffTask
from customers.revealing import plain_identity
from customers.timeline import Window
from kernel.clock import db_now
from kernel.events import ask
from kernel.sets import people
from tenants.audit import audit

MOST: Final = 100_000  # entries of a kind; nobody has as many, and the answer must end
_OF_KIND: Final = {"message": "messages", "grant": "grants", "canvas": "canvases"}


def dossier(customer: Customer, *, actor: str) -> dict[str, Any]:
    """complete: nothing had to be left out."""
    events, told = _events(customer), _told(customer)
    audit(actor, "customer.export", f"customer:{customer.pk}")
    secrets = sealed.opened([customer.pk]).get(customer.pk, {})
    return {
        "id": str(customer.pk), "external_id": customer.external_id, "attributes": {**customer.attributes, **secrets},
        "blocked": customer.blocked, "timezone": customer.timezone, "created_at": customer.created_at, "updated_at": customer.updated_at,
        "identities": _identities(customer), "consents": _consents(customer), "tags": _tags(customer), "staff": _staff(customer),
        "staff_tasks": _tasks(customer), "events": events, **told, "merges": merges_of(customer), "exported_at": db_now(),
        "complete": all(len(found) < MOST for found in (events, *told.values())),
    }  # fmt: skip


def _identities(customer: Customer) -> list[dict[str, Any]]:
    rows = Identity.objects.filter(customer=customer).order_by("kind", "-main", "pk")
    return [
        {"kind": r.kind, "value": plain_identity(r), "proved": r.proved, "main": r.main, "source": r.source, "since": r.created_at}
        for r in rows
    ]  # fmt: skip


def _consents(customer: Customer) -> list[dict[str, Any]]:
    rows = Consent.objects.filter(customer=customer).order_by("channel")
    return [dict(row) for row in rows.values("channel", "granted", "covers_service", "source", "at")]


def _tags(customer: Customer) -> list[dict[str, Any]]:
    rows = CustomerTag.objects.filter(customer=customer).order_by("tag__name")
    return [{"name": name, "at": at} for name, at in rows.values_list("tag__name", "at")]


def _staff(customer: Customer) -> list[dict[str, Any]]:
    rows = StaffRelation.objects.filter(customer=customer).order_by("since")
    return [{"name": name, "since": since} for name, since in rows.values_list("staff__name", "since")]


def _tasks(customer: Customer) -> list[dict[str, Any]]:
    rows = StaffTask.objects.filter(customer_id=customer.pk).order_by("pk")[:MOST]
    return [dict(row) for row in rows.values("title", "text", "status", "result", "created_at", "done_at")]


def _events(customer: Customer) -> list[dict[str, Any]]:
    rows = Event.objects.filter(customer_id=customer.pk).order_by("-occurred_at", "-id")[:MOST]
    return [dict(row) for row in rows.values("event_id", "name", "occurred_at", "properties")]


def _told(customer: Customer) -> dict[str, list[dict[str, Any]]]:
    """What the rooms above have of them; canvases know who was merged by their old id."""
    found: dict[str, list[dict[str, Any]]] = {name: [] for name in _OF_KIND.values()}
    for one in with_aliases(people([customer.pk])):
        for kind, name in _OF_KIND.items():
            for answer in ask(f"customers.timeline.{kind}", customer_id=one, window=Window(MOST)):
                found[name] += [{"at": entry["at"], "name": entry["name"], **entry["detail"]} for entry in answer]
    return found
