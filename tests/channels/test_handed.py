"""Counts of big runs are kept for a while; small ones are always counted anew."""

import pytest

from channels import handed
from tenants.models import Tenant


@pytest.fixture
def counting(monkeypatch: pytest.MonkeyPatch) -> list[list[int]]:
    """Runs that were really counted: 1 is small, 2 is big. Time stands still."""
    asked: list[list[int]] = []
    clock = iter(range(100))

    def count(runs: list[int]) -> dict[int, int]:
        asked.append(list(runs))
        return {r: {1: 10, 2: 1_000_000}[r] for r in runs if r < 3}

    monkeypatch.setattr(handed, "_count", count)
    monkeypatch.setattr(handed, "_known", {})
    monkeypatch.setattr(handed.time, "monotonic", lambda: float(next(clock)))
    return asked


def test_a_big_count_is_kept_for_sixty_times_its_time(scope: Tenant, counting: list[list[int]]) -> None:
    for _ in range(3):
        assert handed.handed_over([1, 2, 3]) == {1: 10, 2: 1_000_000}
    assert counting == [[1, 2, 3], [1, 3], [1, 3]]
    for _ in range(20):  # the clock goes on by more than a minute
        handed.handed_over([2, 3])
    handed.handed_over([2])
    for _ in range(20):
        handed.handed_over([3])
    handed.handed_over([2])
    assert [2] in counting
    assert handed.handed_over([]) == {}
