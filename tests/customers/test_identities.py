"""One spelling, a mask, and seals that hold (AUD-1, TEN-3)."""

import pytest
from cryptography.exceptions import InvalidTag
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from customers import identities
from customers.vault import vault
from kernel import crypto
from kernel.sets import people
from tenants.settings import tenant_now


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("13800138000", "13800138000"),
        (" 138-0013 8000 ", "13800138000"),
        ("+8613800138000", "13800138000"),
        ("008613800138000", "13800138000"),
        ("8613800138000", "13800138000"),
        ("１３８００１３８０００", "13800138000"),
        ("+1 (202) 555-0123", "+12025550123"),
        ("0044 20 7946 0958", "+442079460958"),
        ("+85291234567", "+85291234567"),
        ("23800138000", None),
        ("1380013800", None),
        ("+86138001380001", None),
        ("+123", None),
        ("phone", None),
        ("", None),
        ("+", None),
    ],
)
def test_phones_have_one_spelling(given, kept):
    assert identities.normalise("phone", given) == kept


@pytest.mark.parametrize(
    ("given", "kept"),
    [(" Li@X.COM ", "li@x.com"), ("a+b@x.co.uk", "a+b@x.co.uk"), ("li@x", None), ("@x.com", None), ("a b@x.com", None)],
)
def test_emails_have_one_spelling(given, kept):
    assert identities.normalise("email", given) == kept


@given(st.sampled_from(["phone", "email", "openid"]), st.text())
def test_a_spelling_is_kept_when_read_again(kind, text):
    once = identities.normalise(kind, text)
    assert once is None or identities.normalise(kind, once) == once


def test_masks():
    assert identities.mask("phone", "13800138000") == "138****8000"
    assert identities.mask("email", "li@x.com") == "l***@x.com"
    assert identities.mask("openid", "oABCDEFGH") == "oA***GH"
    assert identities.mask("member_id", "42") == "***"


def test_kinds():
    assert all(map(identities.is_kind, (*identities.KNOWN_KINDS, "shop_no2")))
    assert not any(map(identities.is_kind, ("", "Phone", "2nd", "a-b", "x" * 41, "手机")))


@pytest.mark.django_db
def test_the_blind_index_is_the_kernels(scope):
    key = crypto.index_key(crypto.open_key(bytes(tenant_now().sealed_key)))
    assert vault().digest("phone", "13800138000") == crypto.blind_index(key, "phone", "13800138000")


@pytest.mark.django_db
def test_a_seal_opens_at_its_own_place_only(api, scope):
    rows = [
        {"external_id": x, "identities": {"phone": phone}} for x, phone in (("a", "13800000001"), ("b", "13800000002"))
    ]
    api.post("customers/bulk", {"customers": rows})
    everyone = identities.with_identity("phone")
    assert sorted(identities.addresses("phone", everyone).values()) == ["13800000001", "13800000002"]
    assert identities.with_identity("phone", people([1])) == people([1]) & everyone
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE customers_identity SET sealed = (SELECT sealed FROM customers_identity ORDER BY id LIMIT 1)"
        )
    with pytest.raises(InvalidTag):
        identities.addresses("phone", everyone)
