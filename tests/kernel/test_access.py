"""What can be an id and what can't: never an error of the server's."""

import pytest

from kernel.access import row_id
from tests.conftest import Api


def test_only_plain_short_digits_are_ids() -> None:
    assert row_id("17") == 17
    assert row_id("9" * 18) == 10**18 - 1
    for raw in ("", "-1", "1.0", " 1", "0x1", "²", "١", "9" * 19, "9" * 5000, 17, None):
        assert row_id(raw) is None, raw


@pytest.mark.parametrize("path", ["jobs", "customers", "audiences", "templates", "reward-packages", "canvases", "runs"])
def test_an_endless_number_is_not_found(api: Api, path: str) -> None:
    assert api.get(f"{path}/{'9' * 5000}").status_code == 404
