"""A shop of our tenant."""

import pytest

from tests.conftest import Api
from tests.journeys.shop import Shop


@pytest.fixture
def shop(api: Api) -> Shop:
    return Shop(api)
