"""Conditions on the record of a person: dates, completeness, addresses, consent (AUD-4)."""

from datetime import UTC, datetime

import pytest
from django.db import connection

from tenants.models import Tenant
from tests.audiences.checking import c, cases, check
from tests.audiences.shop import Person, declare, write

# today is 11 March 2026 in Shanghai
PEOPLE = [
    ("amy", {"birthday": "1990-03-14", "expires": "2026-03-18", "city": "上海", "home": "上海", "age": 3, "limit": 3.0, "seen": "2026-03-01T00:00:00Z", "joined": "2025-03-01T00:00:00Z"}),
    ("bob", {"birthday": "1988-02-29", "expires": "2026-03-11", "city": "杭州", "home": "上海", "age": 2, "limit": 10, "seen": "2025-03-01T00:00:00+08:00", "joined": "2025-02-28T16:00:00Z"}),
    ("cat", {"birthday": "2000-03-11", "expires": "2026-03-10", "city": "北京"}),
    ("dan", {"birthday": "2008-03-12", "expires": "0000-00-00", "city": None, "home": "上海", "seen": "2024-03-01T00:00:00Z", "joined": "2025-03-01T00:00:00Z"}),
    ("eve", {"birthday": "2000-12-25", "joined": "2024-12-31T16:00:00Z"}),
    ("fay", {}),
]  # fmt: skip

DATES = cases(
    (c("age", op="gte", value=18), "amy bob cat eve"),
    (c("age", op="eq", value=26), "cat"),  # turns 26 today
    (c("age", op="lt", value=18), "dan"),  # 18 tomorrow
    (c("age", op="between", value=[35, 38]), "amy bob"),
    (c("age", op="not_exists"), "fay"),
    (c("age", key="joined", op="gte", value=1), "amy bob dan eve"),
    (c("days_until", key="expires", op="between", value=[0, 7]), "amy bob"),
    (c("days_until", key="expires", op="lt", value=0), "cat"),
    (c("days_until", key="expires", op="not_exists"), "dan eve fay"),  # 0000-00-00 is no date
    (c("anniversary_month"), "amy cat dan"),
    (c("anniversary_month", months_ahead=-1), "bob"),
    (c("anniversary_month", months_ahead=9), "eve"),
    (c("anniversary_month", key="joined", months_ahead=-2), "eve"),  # 1 January in Shanghai
    (c("anniversary_within", days=3), "amy cat dan"),
    (c("anniversary_within", days=2), "cat dan"),
    (c("anniversary_within", op="within_last", days=11), "bob cat"),  # 28 February, for the 29th
    (c("anniversary_within", op="within_last", days=10), "cat"),
    (c("zodiac", value=["pisces"]), "amy bob cat dan"),
    (c("zodiac", value=["capricorn"]), "eve"),
    (c("zodiac", value=["capricorn", "aries"]), "eve"),
)
RECORD = cases(
    (c("profile", keys=["birthday", "city", "home"], op="eq", value=3), "amy bob"),
    (c("profile", keys=["birthday", "city"], op="lt", value=2), "dan eve fay"),  # null is no value
    (c("profile", keys=["nobody", "nobody", "city"], op="gte", value=1), "amy bob cat"),
    (c("attribute_pair", key="city", other="home"), "amy"),
    (c("attribute_pair", key="city", op="ne", other="home"), "bob"),
    (c("attribute_pair", key="age", other="limit"), "amy"),  # 3 is 3.0
    (c("attribute_pair", key="age", op="lt", other="limit"), "bob"),  # 2 < 10, not "2" > "10"
    (c("attribute_pair", key="seen", op="gt", other="joined"), "amy"),
    (c("attribute_pair", key="seen", other="joined"), "bob"),  # the same instant in two zones
    (c("updated", value={"days": 30}), "amy bob"),
    (c("updated", op="before", value="2026-01-01"), "cat dan eve fay"),
    (c("timezone", value=["Asia/Shanghai"]), "amy cat dan eve fay"),
    (c("timezone", op="not_in", value=["Asia/Shanghai"]), "bob"),
    (c("blocked"), "dan"),
    (c("blocked", value=False), "amy bob cat eve fay"),
)


@pytest.fixture
def crowd(scope: Tenant) -> list[Person]:
    declare(scope.pk, birthday="date", expires="date", city="string", home="string", age="number", limit="number", seen="datetime", joined="datetime")  # fmt: skip
    people = [Person(name, known, blocked=name == "dan") for name, known in PEOPLE]
    people += [Person("ghost", PEOPLE[0][1], gone="merged"), Person("erased", PEOPLE[1][1], gone="erased")]
    write(scope.pk, people)
    changed = datetime(2026, 3, 1, tzinfo=UTC), datetime(2025, 3, 1, tzinfo=UTC)
    with connection.cursor() as cursor:
        for person in people:
            at = changed[person.name not in ("amy", "bob")]
            zone = "Asia/Tokyo" if person.name == "bob" else None
            cursor.execute(
                "UPDATE customers_customer SET updated_at = %s, timezone = %s WHERE tenant_id = %s AND id = %s",
                [at, zone, scope.pk, person.id],
            )
    return people


def test_dates(crowd: list[Person]) -> None:
    check(DATES, crowd)


def test_the_record(crowd: list[Person]) -> None:
    check(RECORD, crowd)


CONTACT = cases(
    (c("identity_count", op="gte", value=2), "amy"),
    (c("identity_count", kind="device", op="eq", value=1), "bob"),
    (c("identity_count", op="eq", value=0), "cat dan"),
    (c("identity_added", kind="phone", value={"days": 7}), "amy"),
    (c("identity_added", kind="phone", op="before", value="2026-01-01"), "eve"),
    (c("identity_added", kind="phone", op="after", value="2020-01-01", proved=False), "eve"),
    (c("reachable_count", channels=["sms", "email"]), "amy"),  # a phone that nobody proved reaches nobody
    (c("reachable_count", channels=["sms", "email"], value=2), "amy"),
    (c("reachable_count", channels=["sms", "email"], op="eq", value=0), "bob cat dan eve"),
    (c("reachable_count", channels=["sms"], purpose="service"), "amy"),
    (c("consent_count", op="gte", value=2), "amy"),
    (c("consent_count", op="eq", value=0), "bob dan"),
    (c("consent_count", word="refused", op="gte", value=1), "bob"),
    (c("consent_changed", value={"days": 7}), "amy bob"),
    (c("consent_changed", word="granted", value={"days": 7}), "amy"),
    (c("consent_changed", channel="email", word="granted", op="before", value="2026-01-01"), "cat"),
    (c("consent_changed", channel="call", op="before", value="2026-01-01"), ""),
)


def test_addresses_and_consent(scope: Tenant) -> None:
    people = [
        Person("amy", consents={"sms": True, "email": True}, identities=("phone", "email")),
        Person("bob", consents={"sms": False}, identities=("device",)),
        Person("cat", consents={"email": True}),
        Person("dan"),
        Person("eve", consents={"sms": True}, identities=("phone",)),
        Person("ghost", consents={"sms": True}, identities=("phone", "email"), gone="merged"),
    ]
    write(scope.pk, people)
    with connection.cursor() as cursor:
        for person in people:
            at = datetime(2026, 3, 9 if person.name in ("amy", "bob") else 1, tzinfo=UTC)
            at = at if at.day == 9 else at.replace(year=2025)
            scoped = [at, scope.pk, person.id]
            cursor.execute("UPDATE customers_consent SET at = %s WHERE tenant_id = %s AND customer_id = %s", scoped)
            cursor.execute(
                "UPDATE customers_identity SET created_at = %s, proved = %s WHERE tenant_id = %s AND customer_id = %s",
                [at, person.name != "eve", *scoped[1:]],
            )
    check(CONTACT, people)
