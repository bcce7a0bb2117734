"""What the rooms above ask of customers: sets, tags, consents, profiles, attributes (AUD-1, CHN-3)."""

import pytest

from customers import consents, people, tags
from customers.errors import Rejected
from customers.models import Customer, Event, Tag
from kernel.sets import people as group
from kernel.sets import union

pytestmark = pytest.mark.django_db


@pytest.fixture
def five(scope):
    return [Customer.objects.create(external_id=f"c{i}").pk for i in range(5)]


def test_who_is_there(five):
    Customer.objects.filter(pk=five[0]).update(merged_into=five[1])
    Customer.objects.filter(pk=five[2]).update(blocked=True)
    assert people.everyone() == group(five[1:])
    assert people.active(group([*five[:2], 10**12])) == group([five[1]])
    assert people.blocked() == people.blocked(group(five)) == group([five[2]])
    assert people.blocked(group(five[3:])) == people.active(group()) == group()


def test_large_groups_and_small_ones_give_the_same(five, monkeypatch):
    consents.consent_set(group(five[:3]), "sms", True, source="t")
    small = consents.granted("sms", group(five[1:]))
    monkeypatch.setattr(people, "_LOOK_UP", 1)
    assert consents.granted("sms", group(five[1:])) == small == group(five[1:3])


def test_tags_tell_who_changed(five):
    assert tags.tag_people(group(five[:3]), ["a", "b"], add=True) == group(five[:3])
    assert tags.tag_people(group(five[2:]), ["a"], add=True) == group(five[3:])
    assert tags.tagged("a") == group(five)
    assert tags.tagged("a", group(five[:1])) == group(five[:1])
    assert tags.tagged("nobody has it") == group()
    assert tags.tag_people(group(five), ["b", "unknown"], add=False) == group(five[:3])
    assert not Tag.objects.filter(name="unknown").exists()
    assert tags.tag_people(group(), ["c"], add=True) == tags.tag_people(group(five), [], add=True) == group()
    names = sorted(Event.objects.values_list("name", "properties__tag"))
    assert names == [("tag.added", "a")] * 5 + [("tag.added", "b")] * 3 + [("tag.removed", "b")] * 3


def test_consent_is_the_latest_word(five):
    consents.consent_set(group(five[:3]), "sms", True, source="form")
    consents.consent_set(group(five[:1]), "sms", False, source="reply", covers_service=True)
    consents.consent_set(group(five[1:2]), "sms", None, source="api")
    assert consents.granted("sms") == group(five[2:3])
    assert consents.granted("email") == group()
    assert consents.refused_service("sms") == group(five[:1])
    consents.consent_set(group(five[:1]), "sms", False, source="reply")
    assert consents.refused_service("sms", group(five)) == group(five[:1])
    consents.consent_set(group(five[:1]), "sms", True, source="form")
    assert consents.refused_service("sms") == group()
    assert Event.objects.filter(name="consent.withdrawn").count() == 1


def test_a_no_that_newly_covers_service_is_told(five, monkeypatch):
    told = []
    monkeypatch.setattr(consents, "publish", lambda topic, **payload: told.append(payload))
    consents.consent_set(group(five[:2]), "sms", False, source="t")
    assert told == []
    consents.consent_set(group(five[:2]), "sms", False, source="t", covers_service=True)
    assert told == [{"channel": "sms", "people": group(five[:2])}]


def test_set_attribute_declares_checks_and_clears(five):
    people.set_attribute(group(five[:3]), "level", "金卡")
    with pytest.raises(Rejected):
        people.set_attribute(group(five), "level", 3)
    people.set_attribute(group(five[:1]), "level", None)
    people.set_attribute(group(five), "never declared", None)
    shown = people.profiles(group(five))
    assert [shown[i]["attributes"] for i in five] == [{}, {"level": "金卡"}, {"level": "金卡"}, {}, {}]


def test_profiles(five):
    tags.tag_people(group(five[:1]), ["乙", "甲"], add=True)
    shown = people.profiles(five[:2])
    assert shown[five[0]] == {"id": str(five[0]), "external_id": "c0", "attributes": {}, "tags": sorted(["甲", "乙"])}
    assert set(shown) == set(five[:2])


def test_nothing_of_another_tenant(five, other_tenant, tenant):
    from django.db import connection

    with connection.cursor() as cursor:  # a scope opened by hand: tenant_tx refuses another tenant inside
        cursor.execute(f"SET LOCAL app.tenant_id = '{other_tenant.pk}'")
        cursor.execute("SELECT count(*) FROM customers_customer")
        assert cursor.fetchone() == (0,)
        cursor.execute(f"SET LOCAL app.tenant_id = '{tenant.pk}'")
    assert union([people.everyone()]) == group(five)
