"""What people and their systems really send: refused or put in order, row by row, with a code and a place; the good rows beside it go in."""

import pytest

from customers import identities
from customers.intake import rows
from customers.models import AttributeDefinition, Customer, Event, EventType
from customers.vault import vault
from kernel.json import dumps

pytestmark = pytest.mark.django_db

GOOD = {"external_id": "good", "identities": {"phone": "13911112222"}, "attributes": {"name": "好"}}


def customers(api, *sent):
    answer = api.post("customers/bulk", {"customers": [*sent, GOOD]})
    assert answer.status_code == 200, answer.content
    return answer.json()


def refused(answer):
    return [(one["index"], one["code"]) for one in answer["rejected"]]


def phone_of(customer):
    return identities.addresses("phone", identities.People([customer.pk])).get(customer.pk)


HABITS = [
    ("13800138000", "13800138000"), ("+8613800138000", "13800138000"), ("008613800138000", "13800138000"), ("8613800138000", "13800138000"),
    ("+86 138 0013 8000", "13800138000"), ("138-0013-8000", "13800138000"), ("(+86)138-0013-8000", "13800138000"), ("138.0013.8000", "13800138000"),
    ("１３８００１３８０００", "13800138000"), ("＋８６ １３８－００１３－８０００", "13800138000"), ("（138）0013 8000", "13800138000"),
    ("  138\u00a00013\u30008000\t", "13800138000"), ("138‐0013–8000", "13800138000"),  # hyphens of other kinds
    ("+852 5123 4567", "+85251234567"), ("0085251234567", "+85251234567"), ("+1 (415) 555-2671", "+14155552671"),
]  # fmt: skip
NO_PHONES = [
    "1380013800", "138001380001", "010-62345678", "62345678", "+86 10 6234 5678", "400-800-1234", "138001380OO", "1.38E+10", "无", "-", "", "+", "00",
    "😀", "13800138000,13900139000", "138\00013800", "٠١٢٣٤٥٦٧٨٩٠", "+0012345678",
]  # fmt: skip


@pytest.mark.parametrize(("written", "kept"), HABITS)
def test_a_phone_in_any_habit_is_one_phone(api, scope, written, kept):
    assert customers(api, {"external_id": "x", "identities": {"phone": written}})["rejected"] == []
    assert phone_of(Customer.objects.get(external_id="x")) == kept
    event = {"event_id": "e", "customer": {"phone": written}, "name": "visit"}
    assert api.post("events/bulk", {"events": [event]}).json()["accepted"] == 1
    assert Event.objects.get(name="visit").customer_id == Customer.objects.get(external_id="x").pk


@pytest.mark.parametrize("written", NO_PHONES)
def test_what_is_no_mobile_phone_is_refused_alone(api, scope, written):
    answer = customers(api, {"external_id": "x", "identities": {"phone": written}})
    assert (answer["created"], refused(answer)) == (1, [(0, "bad_identity")])
    assert not Customer.objects.filter(external_id="x").exists()
    event = {"event_id": "e", "customer": {"phone": written}, "name": "visit"}
    assert refused(api.post("events/bulk", {"events": [event]}).json()) == [(0, "bad_identity")]


@pytest.mark.parametrize("value", [13800138000, 1.38e10, True, [13800138000]])
def test_a_phone_that_is_no_text_is_refused_alone(api, scope, value):
    assert refused(customers(api, {"external_id": "x", "identities": {"phone": value}})) == [(0, "wrong_type")]


@pytest.mark.parametrize(
    "day", ["0000-00-00", "2026-02-30", "2026-13-01", "2023-02-29", "2026-2-3", "02/03/2026", "1990", 19900131]
)
def test_a_day_that_never_was_is_refused_alone(api, scope, day):
    customers(api, {"external_id": "first", "attributes": {"birthday": "1990-01-31"}})
    answer = customers(api, {"external_id": "x", "attributes": {"birthday": day}})
    assert refused(answer) == [(0, "wrong_type")]
    assert "/attributes/birthday" in answer["rejected"][0]["detail"]


@pytest.mark.parametrize(
    "at",
    [
        "0000-00-00T00:00:00Z",
        "2026-02-30T00:00:00Z",
        "2026-01-01T00:00:00",
        "2026-01-01",
        "gestern",
        1767225600,
        "9999-12-31T23:59:59Z",
    ],
)
def test_a_time_that_never_was_is_refused_alone(api, scope, at):
    sent = [{"event_id": "bad", "customer": {"external_id": "x"}, "name": "n", "occurred_at": at},
            {"event_id": "good", "customer": {"external_id": "x"}, "name": "n", "occurred_at": "2026-01-01T00:00:00+08:00"}]  # fmt: skip
    answer = api.post("events/bulk", {"events": sent}).json()
    assert (answer["accepted"], [one["index"] for one in answer["rejected"]]) == (1, [0])
    assert answer["rejected"][0]["code"] in ("bad_time", "in_the_future")


EMOJI = "👩‍👩‍👧‍👦🇨🇳é𠮷 \u202eabc\ufeff"


def test_emoji_and_rare_characters_stay_as_they_are(api, scope):
    row = {"external_id": EMOJI, "identities": {"openid": "𠮷x"}, "attributes": {EMOJI: EMOJI}, "tags": [EMOJI]}
    assert customers(api, row)["rejected"] == []
    kept = Customer.objects.get(external_id=EMOJI)
    assert kept.attributes == {EMOJI: EMOJI}
    event = {"event_id": EMOJI, "customer": {"external_id": EMOJI}, "name": EMOJI, "properties": {EMOJI: EMOJI}}
    assert api.post("events/bulk", {"events": [event]}).json()["accepted"] == 1
    assert Event.objects.get(name=EMOJI).properties == {EMOJI: EMOJI}


@pytest.mark.parametrize(
    "row",
    [
        {"external_id": "a\0b"}, {"external_id": "x", "identities": {"openid": "a\0b"}}, {"external_id": "x", "attributes": {"name": "a\0b"}},
        {"external_id": "x", "attributes": {"a\0b": 1}}, {"external_id": "x", "attributes": {"list": ["a\0b"]}}, {"external_id": "x", "tags": ["a\0b"]},
        {"external_id": "x", "attributes": {"name": "x" * 1_000_000}}, {"external_id": "x" * 501}, {"external_id": ""}, {"external_id": 7},
        {"external_id": "x", "attributes": {"k" * 101: 1}}, {"external_id": "x", "attributes": {"deep": {"a": {"b": 1}}}},
        {"external_id": "x", "tags": "vip"}, {"external_id": "x", "consents": {"sms": "yes"}}, {"external_id": "x", "consents": {"S M S": True}},
        {"external_id": "x", "timezone": "Mars/Olympus"}, {"external_id": "x", "unknown": 1}, {}, [], None, "text", 5,
        {"external_id": "x", "identities": {"email": "no at"}}, {"external_id": "x", "identities": {"../../etc": "x"}},
        {"external_id": "x", "attributes": [1]}, {"external_id": "x", "identities": ["13800138000"]},
    ],
    ids=lambda row: repr(row)[:60].replace("\\", ""),
)  # fmt: skip
def test_a_bad_row_is_refused_and_its_neighbour_goes_in(api, scope, row):
    answer = customers(api, row)
    assert [one["index"] for one in answer["rejected"]] == [0]
    assert all(one["code"] and one["detail"] for one in answer["rejected"])
    assert list(Customer.objects.values_list("external_id", flat=True)) == ["good"]
    assert len(dumps(answer)) < 2_000  # a refusal does not send the megabyte back


@pytest.mark.parametrize(
    "raw",
    [b"", b"{", b"[]", b'{"customers": 1}', b'{"customers": [{"external_id": "\xff"}]}', b'{"customers": [{"external_id": "\\ud800"}]}',
     b'{"customers": [NaN]}', b"\xef\xbb\xbf[]"],
)  # fmt: skip
def test_a_body_that_is_no_list_of_rows_is_refused_whole(api, scope, raw):
    answer = api.post("customers/bulk", raw)
    assert answer.status_code == 400
    assert answer.json()["code"]
    assert not Customer.objects.exists()


def test_ten_thousand_distinct_keys_fill_no_catalogue(api, scope):
    customers(api)
    flood = {"external_id": "flood", "attributes": {f"k{n}": n for n in range(10_000)}}
    answer = customers(api, flood)
    assert refused(answer) == [(0, "too_many_attributes")]
    assert AttributeDefinition.objects.count() == 1  # of the refused row nothing is declared
    one_each = [{"external_id": f"c{n}", "attributes": {f"k{n}": n}} for n in range(rows.MAX_ATTRIBUTES + 50)]
    answer = customers(api, *one_each)
    assert {code for _, code in refused(answer)} == {"too_many_attributes"}
    assert AttributeDefinition.objects.count() == rows.MAX_ATTRIBUTES
    assert answer["created"] == rows.MAX_ATTRIBUTES - 1  # as many new keys as there was room for
    again = customers(api, {"external_id": "known keys", "attributes": {"name": "a", "k1": 5}})
    assert (again["created"], again["rejected"]) == (1, [])


def test_ten_thousand_properties_of_an_event_are_kept_and_not_all_learnt(api, scope):
    event = {
        "event_id": "e",
        "customer": {"external_id": "x"},
        "name": "wide",
        "properties": {f"k{n}": 1 for n in range(5_000)},
    }
    assert api.post("events/bulk", {"events": [event]}).json()["accepted"] == 1
    assert len(Event.objects.get(name="wide").properties) == 5_000
    assert len(EventType.objects.get(name="wide").properties) <= 200
    event = {**event, "event_id": "f", "properties": {"text": "x" * 100_000}}
    assert refused(api.post("events/bulk", {"events": [event]}).json()) == [(0, "bad_value")]


def test_rows_of_one_customer_in_one_request_are_one_customer(api, scope):
    spellings = ["13800138000", "+86 138 0013 8000", "１３８００１３８０００", "0086-138-0013-8000"]
    sent = [
        {"identities": {"phone": spelled}, "attributes": {f"n{i}": i}, "tags": ["t"]}
        for i, spelled in enumerate(spellings)
    ]
    answer = customers(api, *sent, *sent)
    assert (answer["created"], answer["updated"], answer["rejected"]) == (2, 7, [])
    digest = vault().digest("phone", "13800138000")
    one = identities.find([("phone", digest)])["phone", digest]
    assert Customer.objects.get(pk=one).attributes == {"n0": 0, "n1": 1, "n2": 2, "n3": 3}
    assert Event.objects.filter(name="tag.added", customer_id=one).count() == 1
