"""A request means the same as its rows one by one, and both mean what a naive reading of api.md says (AUD-1)."""

from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from customers.identities import addresses
from customers.models import Consent, Customer
from customers.people import profiles
from customers.services import customers_write
from kernel.sets import people

pytestmark = pytest.mark.django_db

PHONES = ["13800000001", "13800000002", "13800000003"]
EMAILS = ["a@x.com", "b@x.com"]


def maybe(strategy):
    return st.none() | strategy


ROWS = st.lists(
    st.fixed_dictionaries(
        {},
        optional={
            "external_id": st.sampled_from(["A", "B", "C"]),
            "identities": maybe(
                st.fixed_dictionaries(
                    {}, optional={"phone": maybe(st.sampled_from(PHONES)), "email": maybe(st.sampled_from(EMAILS))}
                )
            ),
            "attributes": maybe(
                st.dictionaries(st.sampled_from("xyz"), maybe(st.integers(0, 3) | st.just("wrong")), max_size=2)
            ),
            "tags": maybe(st.lists(st.sampled_from("tu"), max_size=2)),
            "consents": maybe(st.dictionaries(st.sampled_from(["sms", "email"]), maybe(st.booleans()), max_size=2)),
            "blocked": maybe(st.booleans()),
            "timezone": maybe(st.sampled_from(["Asia/Shanghai", "Europe/Berlin"])),
        },
    ),
    max_size=7,
)


class Naive:
    """One customer after the other, as a person would do it with a card index."""

    def __init__(self):
        self.cards: list[dict[str, Any]] = []

    def apply(self, row) -> str:
        names = {k: v for k, v in (row.get("identities") or {}).items() if v is not None}
        if any(v == "wrong" for v in (row.get("attributes") or {}).values()):
            return "wrong_type"
        if "external_id" not in row and not names:
            return "no_key"
        card = self.owner(row, names)
        disputed = {k for c in self.cards if c is not card for k, v in names.items() if c["identities"].get(k) == v}
        if disputed:  # kept as a claim, and two are proposed to be one: the card index knows proved names only
            row = {**row, "identities": {k: v for k, v in row["identities"].items() if k not in disputed}}
        outcome = "updated"
        if card is None:
            card = {
                "external_id": None,
                "identities": {},
                "attributes": {},
                "tags": set(),
                "consents": {},
                "blocked": False,
                "timezone": None,
            }
            self.cards.append(card)
            outcome = "created"
        self.write(card, row)
        return outcome

    def owner(self, row, names):
        holders = [c for k, v in names.items() for c in self.cards if c["identities"].get(k) == v]
        if "external_id" not in row:
            return holders[0] if holders else None
        known = [c for c in self.cards if c["external_id"] == row["external_id"]]
        return known[0] if known else next((c for c in holders if c["external_id"] is None), None)

    def write(self, card, row):
        card["external_id"] = row.get("external_id") or card["external_id"]
        for field in ("identities", "attributes", "consents"):
            if field in row and row[field] is None:
                card[field] = {}
            for key, value in (row.get(field) or {}).items():
                card[field].pop(key, None)
                if value is not None:
                    card[field][key] = value
        if "tags" in row:
            card["tags"] = card["tags"] | set(row["tags"]) if row["tags"] is not None else set()
        if "blocked" in row:
            card["blocked"] = bool(row["blocked"])
        if "timezone" in row:
            card["timezone"] = row["timezone"]

    def state(self):
        return sorted(repr(normal(c)) for c in self.cards)


def normal(card):
    return [
        card["external_id"], sorted(card["identities"].items()), sorted(card["attributes"].items()), sorted(card["tags"]),
        sorted(card["consents"].items()), card["blocked"], card["timezone"],
    ]  # fmt: skip


def stored():
    rows = list(Customer.objects.all())
    ids = [c.pk for c in rows]
    names = {kind: addresses(kind, people(ids)) for kind in ("phone", "email")}
    known = profiles(ids)
    said: dict[int, dict[str, bool]] = {i: {} for i in ids}
    for consent in Consent.objects.filter(customer_id__in=ids):
        said[consent.customer_id][consent.channel] = consent.granted
    return sorted(
        repr(normal({
            "external_id": c.external_id, "identities": {k: v[c.pk] for k, v in names.items() if c.pk in v}, "attributes": c.attributes,
            "tags": set(known[c.pk]["tags"]), "consents": said[c.pk], "blocked": c.blocked, "timezone": c.timezone,
        }))
        for c in rows
    )  # fmt: skip


class Undo(Exception):
    pass


def outcome_of(batches):
    """(final state, what became of each row) when sent in these requests."""
    fates: list[str] = []
    try:
        with transaction.atomic():
            customers_write([{"external_id": "seed", "attributes": {"x": 0, "y": 0, "z": 0}}])
            for rows in batches:
                outcome = customers_write(rows)
                fate = dict.fromkeys(range(len(rows)), "fine")
                fate.update({r["index"]: r["code"] for r in outcome.rejected})
                assert outcome.created + outcome.updated + len(outcome.rejected) == len(rows)
                fates += fate.values()
            found = stored()
            raise Undo
    except Undo:
        return found, fates


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(before=ROWS, rows=ROWS)
def test_one_request_is_its_rows_one_by_one_is_the_card_index(scope, before, rows):
    cards = Naive()
    cards.apply({"external_id": "seed", "attributes": {"x": 0, "y": 0, "z": 0}})
    expected = [cards.apply(row) for row in before + rows]
    together, fates = outcome_of([before, rows])
    apart, fates_apart = outcome_of([[row] for row in before + rows])
    assert fates == fates_apart == ["fine" if e in ("created", "updated") else e for e in expected]
    assert together == apart == cards.state()
