"""How saved audiences overlap, and what becomes of several of them: answers of the API, over their latest people."""

from itertools import combinations
from typing import Any

from audiences.algebra import Combined, combine, members_of, regions
from audiences.models import Audience
from audiences.services import audience_create_static
from audiences.snapshots import gone, snapshot
from customers.selectors import customers_show
from kernel.sets import People, sample, to_array

COMBINED = "combined"
_NAME_LENGTH = 200


def overlap(audiences: list[Audience]) -> dict[str, Any]:
    """Counts of each audience, each pair and each region, of their latest people who are still there.

    {"audiences": [{"id","name","size"}], "matrix": [[n]], "pairs": [{"a","b","both","only_a","only_b"}],
    "regions": [{"in": [ids], "count"}] (in exactly these), "all", "any"}
    """
    found = latest(audiences)
    groups, sizes = [group for _, group in found], [len(group) for _, group in found]
    ids, exactly = [str(a.pk) for a, _ in found], regions(groups)
    matrix = [[len(a & b) for b in groups] for a in groups]
    return {
        "audiences": [sized(a, group) for a, group in found],
        "matrix": matrix,
        "pairs": [
            {
                "a": ids[i], "b": ids[j], "both": matrix[i][j],
                "only_a": sizes[i] - matrix[i][j], "only_b": sizes[j] - matrix[i][j],
            }
            for i, j in combinations(range(len(groups)), 2)
        ],
        "regions": [
            {"in": [ids[i] for i in members_of(mask, len(ids))], "count": count} for mask, count in exactly.items()
        ],
        "all": exactly[2 ** len(groups) - 1],
        "any": sum(exactly.values()),
    }  # fmt: skip


def latest(audiences: list[Audience]) -> list[tuple[Audience, People]]:
    """Each with its latest people who are still there."""
    left = gone()
    return [(audience, snapshot(audience.pk) - left) for audience in audiences]


def sized(audience: Audience, group: People) -> dict[str, Any]:
    return {"id": str(audience.pk), "name": audience.name, "size": len(group)}


def combined(
    op: str, audiences: list[Audience], without: list[Audience], sampled: int
) -> tuple[Combined, dict[str, Any]]:
    """The set, and {"op", "count", "audiences": [{"id", "name", "size", "kept"?}], "sample": customers}."""
    found = latest([*audiences, *without])
    inputs, away = found[: len(audiences)], found[len(audiences) :]
    made = combine(op, [group for _, group in inputs], [group for _, group in away])
    shown = [sized(audience, group) for audience, group in inputs]
    for entry, part in zip(shown, made.parts, strict=False):
        entry["kept"] = len(part)
    ids = [int(i) for i in to_array(sample(made.people, op, sampled))] if sampled else []
    return made, {"op": op, "count": len(made.people), "audiences": shown, "sample": customers_show(ids)}


def save_combined(made: Combined, name: str, audiences: list[Audience], **about: Any) -> list[Audience]:
    """A static audience of the result; after priority one for what each input keeps, named after it."""
    if not made.parts:
        return [audience_create_static(name=name, people=made.people, cause=COMBINED, **about)]
    return [
        audience_create_static(name=f"{name} · {a.name}"[:_NAME_LENGTH], people=part, cause=COMBINED, **about)
        for a, part in zip(audiences, made.parts, strict=True)
    ]
