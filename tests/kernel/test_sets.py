"""Sets of customers and the stable hash: the same on every machine, disjoint, complete."""

from random import Random

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from kernel.sets import People, chunks, dump, first, from_array, load, people, split, stable_hash, to_array, union
from tests.journeys.oracle import place

IDS = st.sets(st.integers(1, 2**40), max_size=300)
# a stretch of ids: where, how long, every how many; dense and sparse containers, several of them, far apart
STRETCH = st.tuples(
    st.sampled_from([0, 5, 60_000, 2**16, 2**32 - 3000, 2**33, 2**40]), st.integers(1, 9000), st.integers(1, 40)
)
SHARES = st.lists(st.integers(1, 100), min_size=1, max_size=6)


@given(IDS)
def test_bytes_arrays_and_chunks_keep_everybody(ids: set[int]) -> None:
    group = people(ids)
    assert load(dump(group)) == group
    assert to_array(group).tolist() == sorted(ids)
    parts = list(chunks(group, 7))
    assert union(parts) == group
    assert sum(len(p) for p in parts) == len(ids)
    assert set(first(group, 5)) == set(sorted(ids)[:5])


@given(st.lists(STRETCH, max_size=4), st.randoms(use_true_random=False))
def test_a_set_is_written_from_an_array_as_if_added_one_by_one(
    stretches: list[tuple[int, int, int]], random: Random
) -> None:
    ids = [start + step * n for start, count, step in stretches for n in range(count)]
    random.shuffle(ids)  # and somebody may be there twice
    made, wanted = from_array(np.array(ids, dtype=np.uint64)), people(ids)
    assert made == wanted
    assert to_array(made).tolist() == sorted(set(ids))
    added = people([*ids, 7, 2**35])
    assert made | people([7, 2**35]) == added  # the containers can be worked with
    assert load(dump(made)) == wanted


@given(IDS, SHARES, st.text(max_size=10))
def test_split_agrees_with_plain_integers(ids: set[int], shares: list[int], salt: str) -> None:
    parts = split(people(ids), salt, [float(s) for s in shares])
    assert union(parts) == people(ids)
    assert sum(len(p) for p in parts) == len(ids)
    for i, part in enumerate(parts):
        assert all(place(salt, person, [float(s) for s in shares]) == i for person in part)


def test_the_hash_is_this_one_for_ever() -> None:
    """A change would move everybody to another variant."""
    assert stable_hash("7:ab", to_array(people([1, 2, 1_000_000]))).tolist() == GOLDEN
    assert stable_hash("7:ab", to_array(People())).tolist() == []


GOLDEN = [14157849500540495711, 2464313208467011482, 17771145021576179206]
