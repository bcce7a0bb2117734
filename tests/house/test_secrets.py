"""One customer all of whose personal data are canaries: none is seen where it is not meant to be (TEN-3).

Every address that answers a GET, the admin, files, logs, and every column of the database is looked through.
"""

import json
import logging
from typing import Any

import pytest
from django.contrib import admin

from customers.models import Customer
from tenants.jobs import run_next_job
from tenants.models import ApiKey, AuditEntry, IdempotencyRecord, Tenant
from tenants.scope import tenant_tx
from tests.conftest import Api, make_key
from tests.house.catalogue import rows, scoped_tables
from tests.house.routes import OPEN, api_routes
from tests.tenants.test_admin import change, changelist, enter, log_in

pytestmark = pytest.mark.django_db(transaction=True)
PHONE, EMAIL, OPENID, CARD, IN_EVENT = (
    "13877770001",
    "canaryone@example.com",
    "wxCANARYTWO777",
    "CARD-CANARY-777",
    "13877770002",
)
SECRET = {PHONE, EMAIL, OPENID, CARD}  # nowhere in the database in the open
CLERK = [
    f"{resource}:{act}"
    for resource in (
        "customers",
        "events",
        "audiences",
        "channels",
        "templates",
        "rewards",
        "canvases",
        "runs",
        "settings",
    )
    for act in ("read", "write")
]


def work(tenant: Tenant) -> None:
    while run_next_job(tenant.pk):
        pass


@pytest.fixture
def customer(api: Api, tenant: Tenant) -> str:
    """Known by everything, in a static and a dynamic audience, with an event, a merge, an import and an export."""
    api.post("attributes", {"key": "card", "type": "string", "sensitive": True})
    row = {
        "external_id": "canary", "identities": {"phone": PHONE, "email": EMAIL, "openid": OPENID},
        "attributes": {"card": CARD, "name": "鸟"}, "tags": ["鸟"], "consents": {"sms": True},
    }  # fmt: skip
    assert api.post("customers/bulk", {"customers": [row, {"external_id": "other"}]}).json()["rejected"] == []
    event = {
        "event_id": "e1", "customer": {"external_id": "canary"}, "name": "form.sent",
        "properties": {"phone": IN_EVENT, "items": [{"card": IN_EVENT}], "note": f"{IN_EVENT}"},
    }  # fmt: skip
    with tenant_tx(tenant.pk):
        made = {c.external_id: str(c.pk) for c in Customer.objects.all()}
    assert api.post("events/bulk", {"events": [event]}).json()["rejected"] == []
    api.post(f"customers/{made['other']}/merge", {"into": made["canary"]})
    audience = api.post("audiences", {"name": "a", "kind": "static", "customers": ["canary"]}).json()["id"]
    api.post(
        "audiences", {"name": "d", "kind": "dynamic", "rule": {"condition": "attribute", "key": "card", "op": "exists"}}
    )
    _import(api, tenant)
    columns = ["external_id", "identity.phone", "identity.email", "identity.openid", "attribute.card"]
    api.post(f"audiences/{audience}/export", {"columns": columns})
    work(tenant)
    return made["canary"]


def _import(api: Api, tenant: Tenant) -> None:
    from tests.customers.test_imports import upload

    clerk = Api(make_key(tenant, CLERK))
    data = f"会员号,手机号,邮箱,卡,年龄\ncanary,{PHONE},{EMAIL},{CARD},5\nbad,{PHONE}9,{EMAIL},{CARD},x\n"
    mapping = {
        "会员号": "external_id",
        "手机号": "phone",
        "邮箱": "email",
        "卡": "attributes.card",
        "年龄": {"to": "attributes.age", "type": "number"},
    }
    assert upload(clerk, data, mapping=mapping).status_code == 202


def _found(text: str) -> set[str]:
    return {word for word in (*SECRET, IN_EVENT) if word in text}


def _ids(tenant: Tenant, pattern: str, customer: str) -> list[str]:
    """The address with every id there is of what it may be about."""
    if pattern.startswith("customers/"):
        return [customer]
    table = {
        "audiences": "audiences_audience", "imports": "customers_fileimport", "jobs": "tenants_job", "files": "tenants_storedfile",
        "tags": "customers_tag", "attributes": "", "event-types": "",
    }.get(pattern.split("/")[0])  # fmt: skip
    if table == "":
        return ["card"] if pattern.startswith("attributes") else ["form.sent"]
    if table is None:
        return []
    with tenant_tx(tenant.pk):
        return [str(pk) for (pk,) in rows(f"SELECT id FROM {table}")]


def _paths(tenant: Tenant, customer: str) -> list[str]:
    found = []
    for route in api_routes():
        if route.method != "get" or route.pattern in OPEN:
            continue
        if not route.takes_ids:
            found.append(route.pattern + ("?property=phone" if "values" in route.pattern else ""))
        elif route.pattern.count("<") == 1:
            start, rest = route.pattern.split("<", 1)
            found += [f"{start}{key}{rest.split('>', 1)[1]}" for key in _ids(tenant, route.pattern, customer)]
    return [path + ("?property=phone" if path.endswith("/values") else "") for path in found]


def _text(answer: Any) -> str:
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return str(body.decode("utf-8", "replace"))


def test_no_answer_shows_it_to_whoever_may_not(tenant: Tenant, customer: str) -> None:
    clerk, faults, seen = Api(make_key(tenant, CLERK)), list[str](), 0
    for path in _paths(tenant, customer):
        answer = clerk.get(path)
        assert answer.status_code < 500, path
        text = _text(answer)
        seen += "***" in text
        if found := _found(text):
            faults.append(f"{path}: {found}")
    for search in (f"customers?search={PHONE}", "customers?external_id=canary", f"events?customer={customer}"):
        text = _text(clerk.get(search))
        assert '"results":[{' in text, search
        if found := _found(text):
            faults.append(f"{search}: {found}")
    assert faults == []
    assert seen > 5  # the mask stands where the canary would
    assert clerk.post(f"customers/{customer}/reveal", {"fields": ["phone"], "reason": "looking"}).status_code == 403
    assert clerk.get(f"customers/{customer}/export").status_code == 403


def test_previews_and_simulations_do_not_show_it(api: Api, tenant: Tenant, customer: str) -> None:
    account = api.post("channel-accounts", {"channel": "sms", "provider": "console", "name": "a"}).json()["id"]
    content = {"text": "{{ customer.attributes.card }}"}
    sent = {"channel": "sms", "account": account, "name": "t", "purpose": "service", "content": content}
    template = api.post("templates", sent).json()["id"]
    for answer in (
        api.post(f"templates/{template}/preview", {"customer": customer}),
        api.post("templates/preview", {"channel": "sms", "content": content, "customer": customer}),
        api.post("audiences/preview", {"rule": {"condition": "attribute", "key": "card", "op": "exists"}}),
    ):
        assert answer.status_code == 200
        assert _found(_text(answer)) == set()
    assert "***" in _text(api.post(f"templates/{template}/preview", {"customer": customer}))


def test_no_column_holds_it_in_the_open(api: Api, tenant: Tenant, customer: str) -> None:
    asked = {"fields": ["phone", "attributes.card"], "reason": "核对身份"}
    assert api.post(f"customers/{customer}/reveal", asked, **{"Idempotency-Key": "k1"}).status_code == 200
    faults = []
    with tenant_tx(tenant.pk):
        for table in scoped_tables():
            for word in SECRET:
                looked = [f"%{word}%", f"%{word.encode().hex()}%"]
                if rows(f'SELECT FROM "{table}" t WHERE t::text LIKE %s OR t::text LIKE %s LIMIT 1', looked):
                    faults.append(f"{table}: {word}")
        assert not IdempotencyRecord.objects.exists()
    assert faults == []


def test_no_log_says_it(api: Api, tenant: Tenant, customer: str, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        for path in [*_paths(tenant, customer), "customers/0"]:  # the last is logged, for it is not there
            _text(api.get(path))
        bad = {
            "external_id": "x",
            "identities": {"phone": PHONE, "email": f"{EMAIL}@"},
            "attributes": {"card": 5, "age": CARD},
        }
        api.post("customers/bulk", {"customers": [bad, {"external_id": "y", "attributes": {"card": [CARD]}}]})
        api.post(f"customers/{customer}/reveal", {"fields": ["phone"], "reason": "looking"})
    ours = "\n".join(r.getMessage() for r in caplog.records if r.name != "django.db.backends")  # off outside of tests
    assert ours
    assert _found(ours) == set()


def test_the_admin_is_masked(tenant: Tenant, customer: str) -> None:
    client, seen = log_in(), 0
    enter(client, tenant)
    for model in admin.site._registry:
        own = [change(Customer, int(customer))] if model is Customer else []
        for path in (changelist(model), *own):
            answer = client.get(path)
            assert answer.status_code == 200, path
            assert _found(_text(answer)) == set(), path
            seen += "138****0001" in _text(answer)
    assert seen == 2


def test_revealing_is_on_record(api: Api, tenant: Tenant, customer: str) -> None:
    sent = {"fields": ["phone", "email", "attributes.card", "device"], "reason": "客户来电核对"}
    answer = api.post(f"customers/{customer}/reveal", sent)
    assert answer.json()["values"] == {"phone": PHONE, "email": EMAIL, "attributes.card": CARD, "device": None}
    assert answer["Cache-Control"] == "no-store"
    one = api.get(f"customers/{customer}/identities").json()["results"][0]["id"]
    assert (
        api.post(f"customers/{customer}/reveal", {**sent, "fields": [f"identities.{one}"]})
        .json()["values"]
        .popitem()[1]
        in SECRET
    )
    with tenant_tx(tenant.pk):
        entry = AuditEntry.objects.filter(action="customer.reveal").order_by("id")[0]
        prefix = ApiKey.objects.order_by("id")[0].prefix
    assert entry.target == f"customer:{customer}"
    assert entry.detail == {"fields": sent["fields"], "reason": sent["reason"]}
    assert entry.actor == f"key:{prefix}"


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"fields": ["phone"]}, "/reason"),
        ({"fields": ["phone"], "reason": "   "}, "/reason"),
        ({"fields": [], "reason": "why"}, "/fields"),
        ({"fields": ["phone", "attributes.name"], "reason": "why"}, "/fields/1"),
        ({"fields": ["Not A Kind"], "reason": "why"}, "/fields/0"),
    ],
)
def test_what_can_not_be_revealed(api: Api, customer: str, body: dict[str, Any], pointer: str) -> None:
    answer = api.post(f"customers/{customer}/reveal", body)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, pointer)


def test_everything_that_is_known_of_one_person(api: Api, tenant: Tenant, customer: str) -> None:
    answer = api.get(f"customers/{customer}/export")
    assert answer["Content-Disposition"].startswith("attachment")
    told = json.loads(answer.content)
    assert {i["kind"]: i["value"] for i in told["identities"]} == {"phone": PHONE, "email": EMAIL, "openid": OPENID}
    assert told["attributes"] == {"card": CARD, "name": "鸟", "age": 5}
    assert [t["name"] for t in told["tags"]] == ["鸟"]
    assert [(c["channel"], c["granted"]) for c in told["consents"]] == [("sms", True)]
    assert {"form.sent", "tag.added"} <= {e["name"] for e in told["events"]}
    assert [m["external_id"] for m in told["merges"]] == ["other"]
    assert told["complete"] is True
    with tenant_tx(tenant.pk):
        assert AuditEntry.objects.filter(action="customer.export", target=f"customer:{customer}").count() == 1
