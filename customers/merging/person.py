"""The person's own row and words in a merge: the survivor's attributes win and gaps are filled; a withdrawal is never lost."""

from typing import Any

from django.db import connection

from customers.consents import consents_write
from customers.models import Consent, Customer
from tenants.scope import current_tenant_id

_OWN = ("external_id", "attributes", "timezone", "blocked")
_CONSENT = ("channel", "granted", "covers_service", "source", "at")
MERGE = "merge"  # source of a consent that came by one


def merge_rows(merged: Customer, survivor: Customer) -> dict[str, Any]:
    """What the merged one had, and which of it the survivor took over."""
    had = {field: getattr(merged, field) for field in _OWN}
    took: dict[str, Any] = {
        "attributes": {k: v for k, v in merged.attributes.items() if k not in survivor.attributes},
        "blocked": merged.blocked and not survivor.blocked,
        **{f: had[f] for f in ("external_id", "timezone") if had[f] is not None and getattr(survivor, f) is None},
    }
    merged.attributes, merged.timezone, merged.blocked, merged.merged_into = {}, None, False, survivor.pk
    if "external_id" in took:
        merged.external_id = None  # it is unique; one that the survivor does not take goes on finding them from here
    merged.save()
    survivor.attributes = {**took["attributes"], **survivor.attributes}
    survivor.blocked = survivor.blocked or took["blocked"]
    survivor.timezone = survivor.timezone or took.get("timezone")
    survivor.external_id = survivor.external_id or took.get("external_id")
    survivor.save()
    return {"had": had, "took": took}


def rows_apart(kept: dict[str, Any], merged: Customer, survivor: Customer) -> None:
    """What the survivor took and still has as it was goes back."""
    had, took = kept["had"], kept["took"]
    survivor.attributes = {
        k: v for k, v in survivor.attributes.items() if k not in took["attributes"] or v != took["attributes"][k]
    }
    if took["blocked"]:
        survivor.blocked = False
    for field in ("external_id", "timezone"):
        if field in took and getattr(survivor, field) == took[field]:
            setattr(survivor, field, None)
    survivor.save()  # first: the external id is free again
    for field in _OWN:
        setattr(merged, field, had[field])
    if Customer.objects.filter(external_id=had["external_id"]).exclude(pk=merged.pk).exists():
        merged.external_id = None  # somebody else was given it since
    merged.merged_into = None
    merged.save()


def merge_consents(merged: int, survivor: int) -> dict[str, Any]:
    """For each channel: a no of either is a no, whenever it was said; where one never said anything, the other's word counts."""
    theirs, ours = _words(merged), _words(survivor)
    Consent.objects.filter(customer_id=merged).delete()
    for channel, word in theirs.items():
        before = ours.get(channel)
        if before is None or (before["granted"] and not word["granted"]) or _stops_more(word, before):
            _say(survivor, channel, word)
    return {"had": theirs, "before": {c: ours.get(c) for c in theirs}, "after": _words(survivor, theirs)}


def _stops_more(word: dict[str, Any], before: dict[str, Any]) -> bool:
    return not word["granted"] and word["covers_service"] and not before["covers_service"]


def _say(customer: int, channel: str, word: dict[str, Any]) -> None:
    consents_write([(customer, channel, word["granted"])], source=MERGE, covers_service=word["covers_service"])


def consents_apart(kept: dict[str, Any], merged: int, survivor: int) -> None:
    """Each has their own words again, but for channels on which the survivor has spoken since."""
    now = _words(survivor, kept["had"])
    for channel, before in kept["before"].items():
        if now.get(channel) != kept["after"].get(channel):
            continue
        if before is None:
            Consent.objects.filter(customer_id=survivor, channel=channel).delete()
        elif before != now[channel]:
            _put(survivor, channel, before)
    for channel, word in kept["had"].items():
        _put(merged, channel, word)


def _put(customer: int, channel: str, word: dict[str, Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO customers_consent (tenant_id, customer_id, channel, granted, covers_service, source, at) "
            "VALUES (%s, %s, %s, %s, %s, %s, %s) ON CONFLICT (tenant_id, channel, customer_id) DO UPDATE SET "
            "granted = excluded.granted, covers_service = excluded.covers_service, source = excluded.source, at = excluded.at",
            [current_tenant_id(), customer, channel, *(word[f] for f in _CONSENT[1:])],
        )


def _words(customer: int, channels: Any = None) -> dict[str, dict[str, Any]]:
    rows = Consent.objects.filter(customer_id=customer)
    found = rows.values(*_CONSENT) if channels is None else rows.filter(channel__in=list(channels)).values(*_CONSENT)
    return {r["channel"]: {**r, "at": r["at"].isoformat()} for r in found}
