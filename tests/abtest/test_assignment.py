"""ABT-1: assignment is a partition, stable for everybody, and fair within statistical bounds."""

import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from abtest.facade import HOLDOUT, assign
from kernel.sets import People, union

ids = st.sets(st.integers(0, 2**63 - 1), max_size=200)
shares = st.lists(st.floats(0.1, 100), min_size=1, max_size=30)
salts = st.text(max_size=20)
# computed once with big integers in plain Python, apart from kernel.sets
GOLDEN = {
    "a": [1, 4, 5, 10, 13, 16, 18],
    "b": [3, 6, 7, 8, 9, 12, 14, 19, 20],
    HOLDOUT: [2, 11, 15, 17],
}
holdouts = st.sampled_from([0, 0.5, 5, 20, 50, 99.9])


def variants_of(weights: list[float]) -> list[tuple[str, float]]:
    return [(f"v{i}", weight) for i, weight in enumerate(weights)]


def place_of(groups: dict[str, People]) -> dict[int, str]:
    return {person: key for key, group in groups.items() for person in group}


@given(salts, shares, holdouts, ids)
def test_assignment_is_a_partition(salt: str, weights: list[float], holdout: float, people: set[int]) -> None:
    groups = assign(salt, variants_of(weights), holdout, People(people))
    assert set(groups) == {f"v{i}" for i in range(len(weights))} | {HOLDOUT}
    assert union(groups.values()) == People(people)
    assert sum(len(group) for group in groups.values()) == len(people)


@given(salts, shares, holdouts, ids, ids)
def test_nobody_moves_when_others_join(
    salt: str, weights: list[float], holdout: float, people: set[int], more: set[int]
) -> None:
    alone = place_of(assign(salt, variants_of(weights), holdout, People(people)))
    together = place_of(assign(salt, variants_of(weights), holdout, People(people | more)))
    assert {person: together[person] for person in people} == alone


@given(salts, shares, holdouts, ids, st.randoms(use_true_random=False))
def test_order_of_arrival_does_not_matter(
    salt: str, weights: list[float], holdout: float, people: set[int], chance: random.Random
) -> None:
    shuffled = sorted(people)
    chance.shuffle(shuffled)
    variants = variants_of(weights)
    assert assign(salt, variants, holdout, People(shuffled)) == assign(salt, variants, holdout, People(people))


@given(salts, shares, shares, holdouts, ids)
def test_control_group_does_not_depend_on_the_variants(
    salt: str, first: list[float], second: list[float], holdout: float, people: set[int]
) -> None:
    one = assign(salt, variants_of(first), holdout, People(people))[HOLDOUT]
    assert assign(salt, variants_of(second), holdout, People(people))[HOLDOUT] == one


@pytest.mark.parametrize("salt", ["canvas-1:s", "canvas-2:s", "实验"])
@pytest.mark.parametrize("start", [0, 1, 10**12])
def test_shares_are_met_within_five_sigma(salt: str, start: int) -> None:
    n, weights, holdout = 200_000, [1.0, 29.0, 70.0], 10.0
    groups = assign(salt, variants_of(weights), holdout, People(range(start, start + n)))
    expected = {HOLDOUT: 0.1, **{f"v{i}": 0.9 * w / 100 for i, w in enumerate(weights)}}
    for key, p in expected.items():
        assert abs(len(groups[key]) - n * p) < 5 * math.sqrt(n * p * (1 - p)), key


def test_another_salt_is_another_experiment() -> None:
    people, variants = People(range(100_000)), [("a", 50.0), ("b", 50.0)]
    both = assign("x", variants, 0, people)["a"] & assign("y", variants, 0, people)["a"]
    assert abs(len(both) - 25_000) < 5 * math.sqrt(100_000 * 0.25 * 0.75)


def test_places_are_the_same_on_every_machine() -> None:
    """Golden values: a change of the hash would move customers between variants of running experiments."""
    groups = assign("golden", [("a", 50), ("b", 50)], 20, People(range(1, 21)))
    assert {key: list(group) for key, group in groups.items()} == GOLDEN


@pytest.mark.parametrize(
    ("variants", "holdout"),
    [
        ([], 0),
        ([("a", 1), ("a", 1)], 0),
        ([("holdout", 1)], 0),
        ([("a", 0)], 0),
        ([("a", -1)], 0),
        ([("a", 1)], 100),
    ],
)
def test_what_makes_no_sense_is_refused(variants: list[tuple[str, float]], holdout: float) -> None:
    with pytest.raises(ValueError):
        assign("x", variants, holdout, People([1]))
