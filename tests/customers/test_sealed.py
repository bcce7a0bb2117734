"""Sensitive attributes: sealed at rest, found by equality, masked for eyes, plain for the senders alone (TEN-3)."""

from typing import Any

import pytest
from cryptography.exceptions import InvalidTag
from django.db import connection

from customers import attributes, sealed
from customers.imports import trace
from customers.models import Customer, ImportBatch, Merge, Secret
from kernel.sets import people
from tenants.jobs import run_next_job
from tenants.models import AuditEntry, Tenant
from tenants.scope import tenant_tx
from tests.conftest import Api, make_key
from tests.house.catalogue import rows, scoped_tables

pytestmark = pytest.mark.django_db(transaction=True)
ID = "11010519491231002X"
OTHER = "440524188001010014"


def work(tenant: Tenant) -> None:
    while run_next_job(tenant.pk):
        pass


def bulk(api: Api, *sent: dict[str, Any]) -> list[Any]:
    refused: list[Any] = api.post("customers/bulk", {"customers": list(sent)}).json()["rejected"]
    return refused


def person(api: Api, external_id: str) -> dict[str, Any]:
    found: dict[str, Any] = api.get(f"customers?external_id={external_id}").json()["results"][0]
    return found


def where_it_stands(tenant: Tenant, word: str) -> set[str]:
    """Tables with a row that holds the word, as text or as bytes."""
    looked = f"%{word}%", f"%{word.encode().hex()}%"
    with tenant_tx(tenant.pk):
        return {
            table for table in scoped_tables()
            if rows(f'SELECT FROM "{table}" t WHERE t::text LIKE %s OR t::text LIKE %s LIMIT 1', list(looked))
        }  # fmt: skip


def plain(tenant: Tenant, external_id: str) -> dict[str, Any]:
    with tenant_tx(tenant.pk):
        pk = Customer.objects.get(external_id=external_id).pk
        return sealed.opened([pk]).get(pk, {})


def count(api: Api, **asked: Any) -> int:
    answer = api.post("audiences/preview", {"rule": {"condition": "attribute", **asked}}).json()
    assert "count" in answer, answer
    return int(answer["count"])


@pytest.fixture
def shop(api: Api) -> Api:
    for made in ({"key": "id_number", "type": "string", "sensitive": True}, {"key": "city", "type": "string"}):
        assert api.post("attributes", made).status_code == 201
    return api


def test_a_value_is_sealed_and_masked(shop: Api, tenant: Tenant) -> None:
    assert bulk(shop, {"external_id": "a", "attributes": {"id_number": ID, "city": "杭州"}}) == []
    assert where_it_stands(tenant, ID) == set()
    assert person(shop, "a")["attributes"] == {"id_number": "***", "city": "杭州"}
    assert plain(tenant, "a") == {"id_number": ID}
    with tenant_tx(tenant.pk):
        assert Customer.objects.get().attributes == {"city": "杭州"}


def test_a_row_that_was_moved_does_not_open(shop: Api, tenant: Tenant) -> None:
    bulk(shop, {"external_id": "a", "attributes": {"id_number": ID}}, {"external_id": "b"})
    with tenant_tx(tenant.pk):
        other = Customer.objects.get(external_id="b")
        Secret.objects.update(customer=other)
        with pytest.raises(InvalidTag):
            sealed.opened([other.pk])


def test_values_change_and_are_cleared(shop: Api, tenant: Tenant) -> None:
    bulk(shop, {"external_id": "a", "attributes": {"id_number": ID}})
    bulk(
        shop,
        {"external_id": "a", "attributes": {"id_number": OTHER}},
        {"external_id": "a", "attributes": {"city": "上海"}},
    )
    assert plain(tenant, "a") == {"id_number": OTHER}
    one = person(shop, "a")["id"]
    assert shop.patch(f"customers/{one}", {"attributes": {"id_number": None}}).json()["attributes"] == {"city": "上海"}
    shop.patch(f"customers/{one}", {"attributes": {"id_number": ID}})
    assert shop.patch(f"customers/{one}", {"attributes": None}).json()["attributes"] == {}
    assert plain(tenant, "a") == {}


def test_only_a_value_that_differs_counts_as_a_change(shop: Api, tenant: Tenant) -> None:
    bulk(shop, {"external_id": "a", "attributes": {"id_number": ID}})
    before = person(shop, "a")["updated_at"]
    bulk(shop, {"external_id": "a", "attributes": {"id_number": ID}})
    assert person(shop, "a")["updated_at"] == before
    bulk(shop, {"external_id": "a", "attributes": {"id_number": OTHER}})
    assert person(shop, "a")["updated_at"] > before


def test_the_mask_never_becomes_the_value(shop: Api, tenant: Tenant) -> None:
    bulk(shop, {"external_id": "a", "attributes": {"id_number": ID}})
    (refused,) = bulk(shop, {"external_id": "a", "attributes": person(shop, "a")["attributes"]})
    assert refused["code"] == "bad_value"
    assert plain(tenant, "a") == {"id_number": ID}


def test_what_rules_may_ask(shop: Api, tenant: Tenant) -> None:
    sent = [{"external_id": name, "attributes": {"id_number": value}} for name, value in (("a", ID), ("b", OTHER))]
    bulk(shop, *sent, {"external_id": "c"})
    assert count(shop, key="id_number", op="eq", value=ID) == 1
    assert count(shop, key="id_number", op="eq", value="nobody") == 0
    assert count(shop, key="id_number", op="in", value=[ID, OTHER, "x"]) == 2
    assert count(shop, key="id_number", op="exists") == 2
    assert count(shop, key="id_number", op="not_exists") == 1
    shop.patch(f"customers/{person(shop, 'a')['id']}", {"attributes": {"id_number": None}})
    assert count(shop, key="id_number", op="eq", value=ID) == 0  # a kept answer is not an old one
    profile = {"condition": "profile", "keys": ["id_number", "city"], "op": "eq", "value": 1}
    assert shop.post("audiences/preview", {"rule": profile}).json()["count"] == 1


@pytest.mark.parametrize(
    ("rule", "pointer", "code"),
    [
        ({"condition": "attribute", "key": "id_number", "op": "starts_with", "value": "110"}, "/op", "sealed_operator"),
        ({"condition": "attribute", "key": "id_number", "op": "ne", "value": "110"}, "/op", "sealed_operator"),
        ({"condition": "attribute", "key": "id_number", "op": "eq", "value": 110}, "/value", "wrong_type"),
        ({"condition": "attribute", "key": "id_number", "op": "in", "value": ["1", 2]}, "/value/1", "wrong_type"),
        ({"condition": "anniversary", "key": "id_number"}, "/key", "sealed_attribute"),
        (
            {"condition": "attribute_pair", "key": "city", "op": "eq", "other": "id_number"},
            "/other",
            "sealed_attribute",
        ),
    ],
)
def test_what_rules_may_not_ask(shop: Api, rule: dict[str, Any], pointer: str, code: str) -> None:
    answer = shop.post("audiences/preview", {"rule": rule})
    assert answer.status_code == 400
    assert (pointer, code) in {(e["pointer"].removeprefix("/rule"), e["code"]) for e in answer.json()["errors"]}
    assert shop.get("attributes/id_number").json()["operators"] == ["eq", "in", "exists", "not_exists"]


@pytest.mark.parametrize(
    ("kind", "value", "same"),
    [
        ("number", 7, 7.0),
        ("datetime", "2026-01-01T08:00:00+08:00", "2026-01-01T00:00:00+00:00"),
        ("boolean", True, True),
    ],
)
def test_equal_values_in_other_spellings_are_found(api: Api, kind: str, value: Any, same: Any) -> None:
    api.post("attributes", {"key": "it", "type": kind, "sensitive": True})
    bulk(api, {"external_id": "a", "attributes": {"it": value}}, {"external_id": "b"})
    assert count(api, key="it", op="eq", value=same) == 1


def test_a_list_can_not_be_sensitive(api: Api) -> None:
    refused = api.post("attributes", {"key": "all", "type": "list", "sensitive": True})
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (400, "/sensitive")
    api.post("attributes", {"key": "all", "type": "list"})
    assert api.patch("attributes/all", {"sensitive": True}).status_code == 400


def test_an_attribute_becomes_sensitive_and_stops_being_so(api: Api, tenant: Tenant) -> None:
    many = [{"external_id": f"c{i}", "attributes": {"id_number": f"{ID}-{i}", "city": "杭州"}} for i in range(30)]
    bulk(api, *many)
    assert where_it_stands(tenant, ID) == {"customers_customer"}
    moving = api.patch("attributes/id_number", {"sensitive": True}).json()
    assert moving["sensitive"]
    assert moving["move_job"]
    # before the job has done anything
    assert person(api, "c3")["attributes"]["id_number"] == "***"
    assert count(api, key="id_number", op="eq", value=f"{ID}-3") == 1
    assert count(api, key="id_number", op="not_exists") == 0
    bulk(api, {"external_id": "c4", "attributes": {"id_number": OTHER}})
    assert count(api, key="id_number", op="eq", value=f"{ID}-4") == 0
    refused = api.patch("attributes/id_number", {"sensitive": False})
    assert (refused.status_code, refused.json()["code"]) == (409, "attribute_moving")
    work(tenant)
    job = api.get(f"jobs/{moving['move_job']}").json()
    assert (job["status"], job["result"]) == ("succeeded", {"moved": 29})
    assert api.get("attributes/id_number").json()["move_job"] is None
    assert where_it_stands(tenant, ID) == set()
    assert [count(api, key="id_number", op="eq", value=v) for v in (f"{ID}-3", OTHER)] == [1, 1]

    clerk = Api(make_key(tenant, ["customers:read", "customers:write"]))
    assert clerk.patch("attributes/id_number", {"sensitive": False}).status_code == 403
    assert api.patch("attributes/id_number", {"sensitive": False}).json()["sensitive"] is True
    assert person(api, "c3")["attributes"]["id_number"] == "***"  # until the last one is in the open
    work(tenant)
    assert api.get("attributes/id_number").json()["sensitive"] is False
    assert person(api, "c3")["attributes"] == {"id_number": f"{ID}-3", "city": "杭州"}
    assert person(api, "c4")["attributes"]["id_number"] == OTHER
    with tenant_tx(tenant.pk):
        assert not Secret.objects.exists()
        acts = list(
            AuditEntry.objects.filter(target="attribute:id_number").order_by("id").values_list("action", flat=True)
        )
    assert [act for act in acts if act != "attribute.update"] == ["attribute.seal", "attribute.open"]


def test_limits_of_what_is_sealed_are_counted(shop: Api) -> None:
    bulk(
        shop,
        {"external_id": "a", "attributes": {"id_number": ID}},
        {"external_id": "b", "attributes": {"id_number": "short"}},
    )
    assert shop.patch("attributes/id_number", {"pattern": r"\d{17}[\dX]"}).json()["breaking"] == 1
    assert bulk(shop, {"external_id": "c", "attributes": {"id_number": "x"}})[0]["code"] == "bad_value"


def test_a_sealed_option_that_somebody_has_stays(api: Api) -> None:
    api.post("attributes", {"key": "illness", "type": "enum", "options": ["a", "b"], "sensitive": True})
    bulk(api, {"external_id": "x", "attributes": {"illness": "a"}})
    assert api.patch("attributes/illness", {"options": ["b"]}).status_code == 409
    assert api.patch("attributes/illness", {"options": ["a"]}).status_code == 200
    assert api.delete("attributes/illness").status_code == 409


def test_steps_of_canvases_write_it_and_read_nothing(shop: Api, tenant: Tenant) -> None:
    from customers import assigning
    from customers.errors import Rejected

    bulk(shop, {"external_id": "a"}, {"external_id": "b"})
    with tenant_tx(tenant.pk):
        both = people(Customer.objects.values_list("pk", flat=True))
        assigning.attribute_set(both, "id_number", ID)
        with pytest.raises(Rejected):
            assigning.attribute_add(both, "id_number", 1)
    assert (plain(tenant, "a"), plain(tenant, "b")) == ({"id_number": ID}, {"id_number": ID})
    assert where_it_stands(tenant, ID) == set()
    with tenant_tx(tenant.pk):
        assigning.attribute_set(both, "id_number", None)
    assert plain(tenant, "a") == {}
    graph = {
        "nodes": [
            {"id": "a", "type": "audience.source", "config": {}, "position": {"x": 0, "y": 0}},
            {"id": "w", "type": "flow.wait", "config": {"until": {"attribute": "id_number", "at": "10:00"}}, "position": {"x": 0, "y": 0}},
        ],
        "edges": [],
    }  # fmt: skip
    canvas = shop.post("canvases", {"name": "x", "kind": "scheduled", "graph": graph}).json()["id"]
    found = {(p["code"], p.get("node")) for p in shop.post(f"canvases/{canvas}/check").json()["problems"]}
    assert ("sealed_attribute", "w") in found


def test_merging_carries_it_and_an_undo_takes_it_back(shop: Api, tenant: Tenant) -> None:
    bulk(
        shop,
        {"external_id": "A", "attributes": {"id_number": ID}},
        {"external_id": "B", "attributes": {"city": "北京"}},
    )
    gone, stays = person(shop, "A")["id"], person(shop, "B")["id"]
    made = shop.post(f"customers/{gone}/merge", {"into": stays}).json()["id"]
    assert plain(tenant, "B") == {"id_number": ID}
    assert count(shop, key="id_number", op="eq", value=ID) == 1
    assert where_it_stands(tenant, ID) == set()
    assert shop.post(f"customers/{stays}/merges/{made}/undo").status_code == 200
    assert (plain(tenant, "A"), plain(tenant, "B")) == ({"id_number": ID}, {})


@pytest.mark.parametrize("changed", [False, True])
def test_a_merge_from_before_it_was_sensitive_can_be_undone(api: Api, tenant: Tenant, changed: bool) -> None:
    bulk(api, {"external_id": "A", "attributes": {"id_number": ID}}, {"external_id": "B"})
    gone, stays = person(api, "A")["id"], person(api, "B")["id"]
    made = api.post(f"customers/{gone}/merge", {"into": stays}).json()["id"]
    api.patch("attributes/id_number", {"sensitive": True})
    work(tenant)
    assert where_it_stands(tenant, ID) == set()
    if changed:
        api.patch(f"customers/{stays}", {"attributes": {"id_number": OTHER}})
    assert api.post(f"customers/{stays}/merges/{made}/undo").status_code == 200
    assert (plain(tenant, "A"), plain(tenant, "B")) == ({"id_number": ID}, {"id_number": OTHER} if changed else {})


def test_a_merge_of_sealed_values_can_be_undone_when_they_are_open(shop: Api, tenant: Tenant) -> None:
    bulk(shop, {"external_id": "A", "attributes": {"id_number": ID}}, {"external_id": "B"})
    gone, stays = person(shop, "A")["id"], person(shop, "B")["id"]
    made = shop.post(f"customers/{gone}/merge", {"into": stays}).json()["id"]
    shop.patch("attributes/id_number", {"sensitive": False})
    work(tenant)
    assert person(shop, "B")["attributes"] == {"id_number": ID}
    assert shop.post(f"customers/{stays}/merges/{made}/undo").status_code == 200
    assert (person(shop, "A")["attributes"], person(shop, "B")["attributes"]) == ({"id_number": ID}, {})


def test_erasing_erases_it(shop: Api, tenant: Tenant) -> None:
    bulk(shop, {"external_id": "A", "attributes": {"id_number": ID}}, {"external_id": "B"})
    gone, stays = person(shop, "A")["id"], person(shop, "B")["id"]
    shop.post(f"customers/{gone}/merge", {"into": stays})
    assert shop.delete(f"customers/{stays}").status_code == 204
    with tenant_tx(tenant.pk):
        assert not Secret.objects.exists()
        assert Merge.objects.get().kept is None


def test_an_import_takes_it_and_leaves_nothing_readable(shop: Api, tenant: Tenant) -> None:
    from tests.customers.test_imports import take

    bulk(shop, {"external_id": "M1", "attributes": {"id_number": OTHER}})
    mapping = {"会员号": "external_id", "证件": "attributes.id_number"}
    done = take(shop, tenant, f"会员号,证件\nM1,{ID}\nM2,{ID}\n", mapping=mapping)
    assert (done["created"], done["updated"]) == (1, 1)
    assert where_it_stands(tenant, ID) == set()
    with tenant_tx(tenant.pk):
        entries = [entry for batch in ImportBatch.objects.all() for entry in trace.unpack(bytes(batch.changes))]
    assert entries
    assert ID not in repr(entries)
    assert OTHER not in repr(entries)
    shop.post(f"imports/{done['id']}/undo")
    work(tenant)
    assert plain(tenant, "M1") == {"id_number": OTHER}


def test_an_import_from_before_it_was_sensitive_can_be_undone(api: Api, tenant: Tenant) -> None:
    from tests.customers.test_imports import take

    bulk(api, {"external_id": "M1", "attributes": {"id_number": OTHER}})
    mapping = {"会员号": "external_id", "证件": {"to": "attributes.id_number", "type": "string"}}
    done = take(api, tenant, f"会员号,证件\nM1,{ID}\nM2,{ID}\n", mapping=mapping)
    api.patch("attributes/id_number", {"sensitive": True})
    work(tenant)
    assert where_it_stands(tenant, ID) | where_it_stands(tenant, OTHER) == set()
    with tenant_tx(tenant.pk):
        assert ID not in repr([trace.unpack(bytes(batch.changes)) for batch in ImportBatch.objects.all()])
    api.post(f"imports/{done['id']}/undo")
    work(tenant)
    assert plain(tenant, "M1") == {"id_number": OTHER}


def test_a_writer_who_read_the_definitions_before_is_waited_for(
    api: Api, tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever writes values holds the list of people; the turn waits for that, and who comes later sees it."""
    held: list[bool] = []
    read = attributes.definitions

    def looked() -> attributes.Definitions:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND mode = 'ShareLock' AND granted AND pid = pg_backend_pid())"
            )
            held.append(cursor.fetchone()[0])
        return read()

    monkeypatch.setattr(attributes, "definitions", looked)
    bulk(api, {"external_id": "a", "attributes": {"id_number": ID}})
    api.patch(f"customers/{person(api, 'a')['id']}", {"attributes": {"id_number": OTHER}})
    assert held
    assert all(held)


FILE = f"会员号,手机号,证件,备注\nM1,13800138000,{ID},13900139000\nM2,12345,{OTHER},好\n"


@pytest.mark.parametrize("may", [True, False])
def test_what_is_shown_of_a_file(shop: Api, tenant: Tenant, may: bool) -> None:
    from tests.customers.test_imports import upload

    clerk = shop if may else Api(make_key(tenant, ["customers:read", "customers:write"]))
    made = upload(clerk, FILE).json()
    assert [column["samples"][0] for column in made["columns"]] == ["M1", "138****8000", ID, "139****9000"]
    mapping = {"会员号": "external_id", "手机号": "phone", "证件": "attributes.id_number", "备注": "attributes.note"}
    first, second = clerk.post(f"imports/{made['id']}/preview", {"mapping": mapping}).json()["rows"]
    assert first["cells"] == (
        ["M1", "13800138000", ID, "13900139000"] if may else ["M1", "138****8000", "***", "139****9000"]
    )
    assert first["becomes"]["attributes"]["id_number"] == (ID if may else "***")
    assert first["becomes"]["identities"] == {"phone": "13800138000" if may else "138****8000"}
    assert second["action"] == "reject"
    assert ("12345" in repr(second)) is may
    started = clerk.post(f"imports/{made['id']}/start", {"mapping": mapping})
    assert started.status_code == 202
    work(tenant)
    done = clerk.get(f"imports/{made['id']}").json()
    assert [column["samples"][0] for column in done["columns"]] == ["M1", "138****8000", "***", "139****9000"]
    listed = b"".join(clerk.get(done["errors_url"].removeprefix("/api/v1/")).streaming_content).decode()
    assert (OTHER in listed) is may
    assert ('"12345"' in listed) is may
    if may:
        other = Api(make_key(tenant, ["customers:read", "customers:write"]))
        assert other.get(done["errors_url"].removeprefix("/api/v1/")).status_code == 403
