"""A glance at a few people says what the queries for crowds say, for people in every state."""

from itertools import product
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from channels.jobs import claim
from channels.looking import Asked, Glanced
from channels.preparing import Prepared, read, read_seen
from channels.rendering import contexts
from channels.services.accounts import account_now
from customers import identities, tags
from customers.glance import Glance, glance
from customers.models import Consent, Customer, Identity
from customers.vault import vault
from kernel.sets import People, people
from tenants.scope import tenant_tx
from tests.channels.conftest import Shop

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("answer")]

HOME = ZoneInfo("Asia/Shanghai")
WORDS: list[tuple[bool, bool] | None] = [None, (True, False), (False, False), (False, True)]
STATES: list[dict[str, Any]] = [{}, {"blocked": True}, {"timezone": "Europe/Paris"}, {"timezone": "Nowhere/None"}]


@pytest.fixture
def everybody(shop: Shop) -> People:
    """Every word on the channel × state × phone or none, and two who are gone."""
    found = People()
    for word, state, phone in product(WORDS, STATES, [True, False]):
        group = shop.people(1, consent=None, address=phone, **state)
        found |= group
        if word is not None:
            with tenant_tx(shop.tenant.pk):
                granted, covers = word
                Consent.objects.create(
                    tenant_id=shop.tenant.pk, customer_id=group.min(), channel="sms", granted=granted, covers_service=covers,
                    source="test", at=timezone.now(),
                )  # fmt: skip
    erased, merged = shop.people(1, erased_at=timezone.now()), shop.people(1, merged_into=found.min())
    return found | erased | merged


def seen(group: People) -> Glance:
    return glance(group, "sms", "phone", tags=True)


def test_the_policy_sees_the_same(shop: Shop, everybody: People) -> None:
    half = people(sorted(everybody)[::2])
    with tenant_tx(shop.tenant.pk):
        few, many = Glanced(seen(everybody)), Asked()
        for group in (everybody, half, People()):
            there = few.reachable(None, group)
            assert there == many.reachable(None, group)
            # the gone: asked for only where they are held back as unreachable all the same
            assert few.granted("sms", group) == many.granted("sms", group) & there
            assert few.refused("sms", group) == many.refused("sms", group) & there
            assert few.refused_service("sms", group) == many.refused_service("sms", group) & there
            assert few.blocked(group) == many.blocked(group) & there
            assert few.reachable("phone", group) == many.reachable("phone", group) & there
            assert few.zones(there, HOME) == many.zones(there, HOME)


def test_templates_read_the_same(shop: Shop, everybody: People) -> None:
    with tenant_tx(shop.tenant.pk):
        tags.tag_people(people([everybody.min()]), ["甲", "乙"], add=True)
        one = Customer.objects.get(pk=everybody.min())
        for value in ("13900000001", "13900000002"):
            digest = vault().digest("phone", value)
            Identity.objects.create(
                kind="phone", digest=digest, sealed=vault().seal("phone", digest, value), customer=one
            )
        looked = seen(everybody)
        assert {c: {"customer": s.profile, "event": {}, "reward": {}} for c, s in looked.seen.items()} == contexts(
            everybody
        )
        found = dict(looked.addresses())
        assert found == {c: to for c, to in identities.addresses("phone", everybody).items() if c in looked.seen}
        assert found[one.pk] == "13900000002"
        assert len(found) > 10


def test_messages_are_prepared_the_same(shop: Shop, everybody: People) -> None:
    template = shop.template(shop.account())
    shop.jobs(template, shop.people(3) | everybody)
    with tenant_tx(shop.tenant.pk):
        account = account_now(template.account)
        (job,) = claim(1000)
        waiting = [Prepared(job, 0, customer) for customer in job.people]
        few, many = read_seen(account, waiting, seen(job.people)), read(account, waiting)
        assert (few.contexts, few.to) == (
            {c: many.contexts[c] for c in few.contexts}, {c: to for c, to in many.to.items() if c in few.contexts},
        )  # fmt: skip
        assert len(few.to) == len(job.people) > 3
