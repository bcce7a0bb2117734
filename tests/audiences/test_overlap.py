"""Overlap and algebra of saved audiences (AUD-5, AUD-6), against counting person by person."""

import random
from itertools import pairwise
from typing import Any

import pytest

from audiences.algebra import combine, members_of, regions
from audiences.services import audience_create_static
from kernel.sets import People, people, sample
from tenants.models import Tenant
from tenants.scope import tenant_tx
from tests.audiences.shop import Person, write
from tests.conftest import Api, make_key


def crowds(count: int, seed: int) -> list[People]:
    draw = random.Random(seed)
    return [people(draw.sample(range(400), draw.randint(0, 300))) for _ in range(count)]


@pytest.mark.parametrize("count", [1, 2, 3, 4, 5])
def test_every_region_is_counted_as_person_by_person(count: int) -> None:
    groups = crowds(count, seed=count)
    expected = dict.fromkeys(range(1, 2**count), 0)
    for person in range(400):
        mask = sum(1 << i for i, group in enumerate(groups) if person in group)
        if mask:
            expected[mask] += 1
    assert regions(groups) == expected


def test_the_places_of_a_region() -> None:
    assert [members_of(mask, 3) for mask in (1, 4, 6)] == [[0], [2], [1, 2]]


@pytest.mark.parametrize("op", ["union", "intersect", "subtract", "xor", "priority"])
def test_each_operation_is_as_person_by_person(op: str) -> None:
    *groups, away = crowds(5, seed=11)
    belongs = {
        "union": lambda n: n.count(True) > 0,
        "intersect": all,
        "subtract": lambda n: n[0] and not any(n[1:]),
        "xor": lambda n: n.count(True) % 2 == 1,
        "priority": lambda n: n.count(True) > 0,
    }[op]
    expected = {p for p in range(400) if belongs([p in group for group in groups]) and p not in away}
    assert set(combine(op, groups, [away]).people) == expected


def test_priority_leaves_each_person_in_the_first_input_only() -> None:
    groups = crowds(4, seed=5)
    made = combine("priority", groups)
    for i, part in enumerate(made.parts):
        assert set(part) == {p for p in groups[i] if not any(p in before for before in groups[:i])}
    assert sum(map(len, made.parts)) == len(made.people)


def test_a_sample_is_the_same_again_and_another_for_another_salt() -> None:
    crowd = people(range(5000))
    one = sample(crowd, "a", 50)
    assert (len(one), one == sample(crowd, "a", 50), one == sample(crowd, "b", 50)) == (50, True, False)
    assert max(one) > 1000  # not simply the first
    assert (sample(crowd, "a", 0), sample(people([3]), "a", 9)) == (people(), people([3]))


@pytest.fixture
def shop(tenant: Tenant) -> dict[str, Any]:
    everybody = [Person(name) for name in "abcdef"]
    with tenant_tx(tenant.pk):
        write(tenant.pk, [*everybody, Person("ghost", gone="erased")])
        ids = {p.name: p.id for p in everybody}
        saved = {}
        for name, members in (("甲", "abcd"), ("乙", "cde"), ("丙", "df")):
            saved[name] = str(audience_create_static(name=name, people=people(ids[m] for m in members)).pk)
    return {"ids": ids, **saved}


def test_overlap_answers_with_regions_whose_sum_is_everybody(api: Api, shop: dict[str, Any]) -> None:
    one, two, three = shop["甲"], shop["乙"], shop["丙"]
    answer = api.post("audiences/overlap", {"audiences": [one, two, three]}).json()
    found = {tuple(region["in"]): region["count"] for region in answer["regions"]}
    assert found == {
        (one,): 2, (two,): 1, (one, two): 1, (three,): 1, (one, three): 0, (two, three): 0, (one, two, three): 1,
    }  # fmt: skip
    assert (answer["any"], answer["all"], answer["matrix"][0]) == (6, 1, [4, 2, 1])


def test_the_people_of_a_region_are_looked_at_and_saved(api: Api, shop: dict[str, Any]) -> None:
    body = {"op": "intersect", "audiences": [shop["甲"], shop["乙"]], "without": [shop["丙"]]}
    looked = api.post("audiences/combine", {**body, "sample": 5}).json()
    assert (looked["count"], [c["external_id"] for c in looked["sample"]], looked["saved"]) == (1, ["c"], [])
    answer = api.post("audiences/combine", {**body, "save_as": "只在甲乙", "folder": "重叠"})
    assert answer.status_code == 201
    saved = answer.json()["saved"][0]
    assert (saved["name"], saved["kind"], saved["size"], saved["folder"]) == ("只在甲乙", "static", 1, "重叠")
    members = api.get(f"audiences/{saved['id']}/members").json()["results"]
    assert [c["external_id"] for c in members] == ["c"]


def test_priority_is_saved_as_one_audience_for_each_input(api: Api, shop: dict[str, Any]) -> None:
    ordered = [shop["丙"], shop["甲"], shop["乙"]]
    answer = api.post("audiences/combine", {"op": "priority", "audiences": ordered, "save_as": "去重"}).json()
    assert [entry["kept"] for entry in answer["audiences"]] == [2, 3, 1]
    assert [(a["name"], a["size"]) for a in answer["saved"]] == [("去重 · 丙", 2), ("去重 · 甲", 3), ("去重 · 乙", 1)]


def test_who_may_only_read_may_count_but_not_save(tenant: Tenant, shop: dict[str, Any]) -> None:
    reader = Api(make_key(tenant, ["audiences:read"]))
    body = {"op": "union", "audiences": [shop["甲"]]}
    assert reader.post("audiences/combine", body).json()["count"] == 4
    refused = reader.post("audiences/combine", {**body, "save_as": "x"})
    assert (refused.status_code, refused.json()["code"]) == (403, "forbidden")


def test_an_erased_person_is_in_no_region(api: Api, tenant: Tenant, shop: dict[str, Any]) -> None:
    with tenant_tx(tenant.pk):
        gone = Person("late", gone="erased")
        write(tenant.pk, [gone])
        extra = str(audience_create_static(name="丁", people=people([gone.id, shop["ids"]["a"]])).pk)
    answer = api.post("audiences/overlap", {"audiences": [extra, shop["甲"]]}).json()
    assert [region["count"] for region in answer["regions"]] == [0, 3, 1]
    assert api.post("audiences/combine", {"op": "union", "audiences": [extra]}).json()["count"] == 1


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"op": "product", "audiences": ["1"]}, "/op"),
        ({"op": "union", "audiences": []}, "/audiences"),
        ({"op": "union", "audiences": ["1"], "save_as": ""}, "/save_as"),
    ],
)
def test_a_bad_combination_is_told_with_its_place(api: Api, body: dict[str, Any], pointer: str) -> None:
    answer = api.post("audiences/combine", body)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, pointer)


def test_five_of_half_a_million_take_few_operations() -> None:
    groups = [people(range(i * 100_000, i * 100_000 + 500_000)) for i in range(5)]
    found = regions(groups)
    assert sum(found.values()) == 900_000
    assert found[0b11111] == 100_000
    assert all(found[mask] >= 0 for mask in found)
    assert [found[1 << i] for i in (0, 4)] == [100_000, 100_000]
    neighbours = [found[(1 << a) | (1 << b)] for a, b in pairwise(range(5))]
    assert neighbours == [100_000, 0, 0, 100_000]
