"""Invariants 1 and 2 by force (the short form; the long one: `./canvas test --only chaos`), and that the judge can say no."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.chaos import judge
from tests.chaos.gateway import Arrival
from tests.chaos.judge import Row, Verdict

ROOT = Path(__file__).resolve().parents[2]
SHORT = ["--people", "1600", "--events", "120", "--kills", "8", "--lease", "8", "--slack", "60", "--per-second", "25"]


@pytest.mark.slow
@pytest.mark.timeout(400)
def test_everything_killed_nothing_doubled_lost_or_stuck(tmp_path: Path) -> None:
    log = tmp_path / "chaos.log"
    with log.open("w") as errors:
        done = subprocess.run(
            [sys.executable, "-m", "tests.chaos", "--seed", "1", *SHORT],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=errors,
        )
    assert done.returncode == 0, done.stdout.decode() + log.read_text()[-3000:]
    figures = json.loads(done.stdout)
    assert figures["blows"]["worker kill"] == 8
    assert figures["gateway b"]["requests repeated"] > 0  # repeats were needed, and none reached anybody


def arrival(
    id: str = "1-1", at: float = 100.0, *, customer: str = "7", mode: str = "slow", text: str = "P1 "
) -> Arrival:
    return Arrival(at, mode, id, "5", "sms", customer, text)


def row(id: str = "1-1", status: str = "sent", customer: str = "7") -> Row:
    return Row(id, "5", "sms", customer, status, "")


@pytest.mark.parametrize("dedupe", [False, True])
@pytest.mark.parametrize(
    ("rows", "arrivals", "complaint"),
    [
        ([row(), row("1-2")], [arrival(), arrival("1-2")], "messages twice"),
        ([row(), row("1-2", customer="8")], [arrival(text="E1 4"), arrival("1-2", customer="8", text="E2 4")], "messages twice"),
        ([row(), row("1-2", customer="8")], [arrival()], "never arrived"),
        ([row()], [arrival(), arrival("1-2", customer="8")], "not in the ledger"),
        ([row(status="queued")], [], "neither sent nor unknown"),
        ([row(status="failed")], [], "neither sent nor unknown"),
    ],
)  # fmt: skip
def test_the_judge_sees_what_is_wrong(rows: Any, arrivals: Any, complaint: str, dedupe: bool) -> None:
    verdict = Verdict()
    judge.messages(verdict, "a", rows, arrivals, set(), dedupe=dedupe)
    assert complaint in "; ".join(verdict.wrong)


def test_unknown_needs_a_reason() -> None:
    def wrong(cut_off: set[str], mode: str = "slow", *, dedupe: bool = False) -> list[str]:
        verdict = Verdict()
        judge.messages(verdict, "a", [row(status="unknown")], [arrival(mode=mode)], cut_off, dedupe=dedupe)
        return verdict.wrong

    assert wrong({"1-1"}) == wrong(set(), "error") == []
    assert "without a reason" in wrong({"1-2"})[0]
    assert "repeats are recognised" in wrong({"1-1"}, dedupe=True)[0]


def test_a_repeat_counts_where_nobody_drops_it() -> None:
    found = {}
    for dedupe in (False, True):
        verdict = Verdict()
        judge.messages(verdict, "a", [row()], [arrival(), arrival(at=101.0)], set(), dedupe=dedupe)
        found[dedupe] = verdict.wrong
    assert found[True] == []
    assert "repeated" in found[False][0]


def test_codes_and_people_are_counted() -> None:
    ledgers = judge.Ledgers([], [("5", "gift", 1, "7", "P1"), ("5", "gift", 1, "7", "P2")], {})
    verdict = Verdict()
    judge.codes(verdict, ledgers, [arrival(customer="8")], 2)
    assert ["granted twice" in w or "not theirs" in w for w in verdict.wrong] == [True, True]
    run = {"id": "5", "status": "running", "check": {"balanced": False}}
    verdict = Verdict()
    judge.everybody(verdict, [row()], run, 2, {"sms"})
    assert len(verdict.wrong) == 3


def test_silence_while_the_servers_are_there_is_too_long() -> None:
    for away, wrong in (([], 1), ([(102.0, 110.0)], 0)):
        verdict = Verdict()
        judge.silences(verdict, [100.0, 112.0, 113.0], [101.0], away, 5)
        assert len(verdict.wrong) == wrong
