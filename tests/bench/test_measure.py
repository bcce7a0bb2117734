"""Figures keep their own floor, and the gateway notes each arrival once."""

import http.client
import json

import pytest
from django.core.management import CommandError, call_command

from bench import rows
from bench.gateway import Gateway
from bench.measure import Figure, medians, percentile


def test_the_median_run_keeps_its_own_floor() -> None:
    runs = [[Figure("x", ours, floor)] for ours, floor in ((9.0, 3.0), (10.0, 1.0), (4.0, 1.0))]
    (found,) = medians(runs)
    assert (found.ours, found.floor, found.ratio) == (4.0, 1.0, 4.0)
    assert "4.00 s to 10.00 s in 3 runs" in found.note


def test_lines_are_taken_each_by_its_own_median() -> None:
    runs = [[Figure("a", a, 1.0), Figure("b", b, 1.0)] for a, b in ((1.0, 30.0), (2.0, 10.0), (3.0, 20.0))]
    assert [f.ours for f in medians(runs)] == [2.0, 20.0]


@pytest.mark.parametrize(("share", "value"), [(0.5, 50), (0.99, 99), (0.0, 0), (1.0, 99)])
def test_percentile(share: float, value: int) -> None:
    assert percentile(list(range(100))[::-1], share) == value


def test_a_figure_below_a_second_is_shown_in_milliseconds() -> None:
    assert Figure("x", 0.0123, 2.5).row() == "| x | 12.3 ms | 2.50 s | **0.0** |  |"


def test_the_gateway_notes_the_first_arrival_of_each() -> None:
    with Gateway() as gateway:
        connection = http.client.HTTPConnection("127.0.0.1", gateway.port, timeout=5)
        for who in ("a", "b", "a"):
            connection.request("POST", "/", json.dumps({"messages": [{"customer": {"external_id": who}}]}))
            assert connection.getresponse().read() == b""
        connection.close()
    assert list(gateway.arrived) == ["a", "b"]
    assert gateway.arrived["a"] < gateway.arrived["b"]


def test_rows_are_those_that_the_api_takes_and_never_too_many_at_once() -> None:
    people, happened = rows.customers(12_000), rows.events(100, 50)
    assert len({p["external_id"] for p in people}) == 12_000
    assert {e["customer"]["external_id"] for e in happened} <= {p["external_id"] for p in people[:50]}
    assert [len(json.loads(raw)["customers"]) for raw in rows.bodies("customers", people)] == [10_000, 2_000]


def test_an_unknown_measurement_is_named_with_those_that_are_known() -> None:
    with pytest.raises(CommandError, match="import, run, send, trigger"):
        call_command("bench", "speed")
