"""Life-cycle stages and RFM scores, worked out by hand (AUD-4, AUD-7)."""

from audiences.facade import people_of_rule
from tenants.models import Tenant
from tests.audiences.shop import NOW, Happening, Person, ago, write


def bought(name: str, *days: int, amount: float = 10) -> Person:
    return Person(name, {}, [Happening("order.paid", ago(days=d), {"amount": amount}) for d in days])


def test_stages_leave_nobody_out_and_never_overlap(scope: Tenant) -> None:
    wanted = {
        "potential": [bought("none")],
        "first_purchase": [bought("once", 5), bought("once long ago", 180)],
        "repeat": [bought("twice", 5, 170)],
        "retained": [bought("for long", 5, 181), bought("for years", 100, 900)],
        "churned": [bought("gone once", 181), bought("gone", 200, 300)],
    }
    everybody = [person for group in wanted.values() for person in group]
    write(scope.pk, everybody)
    for stage, group in wanted.items():
        found = people_of_rule({"condition": "lifecycle", "op": "in", "value": [stage]}, now=NOW)
        assert set(found) == {p.id for p in group}, stage
        rest = people_of_rule({"condition": "lifecycle", "op": "not_in", "value": [stage]}, now=NOW)
        assert set(rest) == {p.id for p in everybody} - set(found), stage


def scores(score: str, people: list[Person]) -> dict[str, int]:
    names = {p.id: p.name for p in people}
    asked = {
        n: people_of_rule({"condition": "rfm", "score": score, "op": "eq", "value": n}, now=NOW) for n in range(1, 6)
    }
    return {names[i]: n for n, found in asked.items() for i in found}


def test_scores_are_fifths_by_rank_and_ties_share_theirs(scope: Tenant) -> None:
    people = [bought(f"p{n}", *range(n, n * 2), amount=n) for n in range(1, 11)]
    out = [
        bought("long ago", 400, amount=10**6),
        bought("nobody"),
        Person("erased", {}, bought("x", 1).events * 50, gone="erased"),
    ]
    write(scope.pk, [*people, *out])
    assert scores("recency", people) == {
        f"p{n}": s for n, s in zip(range(10, 0, -1), [1, 1, 2, 2, 3, 3, 4, 4, 5, 5], strict=True)
    }
    assert scores("frequency", people) == {
        f"p{n}": s for n, s in zip(range(1, 11), [1, 1, 2, 2, 3, 3, 4, 4, 5, 5], strict=True)
    }
    assert scores("monetary", people)["p10"] == 5
    tied = [bought(f"t{n}", 1, amount=3) for n in range(6)]
    write(scope.pk, tied)
    assert len({scores("monetary", people + tied)[t.name] for t in tied}) == 1
