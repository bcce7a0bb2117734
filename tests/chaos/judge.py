"""The verdict, from both logs: what the gateways wrote down, and what stands in the ledgers. Uses no code of the engine."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from django.db import connection

from tenants.scope import tenant_tx
from tests.chaos.gateway import BAD, Arrival


@dataclass(frozen=True)
class Row:
    """One message of the ledger."""

    id: str  # as the gateway sees it
    run: str
    node: str
    customer: str
    status: str
    reason: str


@dataclass
class Ledgers:
    """By SQL. grants: (run, node, wave, customer, code)."""

    messages: list[Row]
    grants: list[tuple[str, str, int, str, str]]
    unfinished: dict[str, int]


def ledgers(tenant: int) -> Ledgers:
    def rows(sql: str) -> list[Any]:
        cursor.execute(sql)
        return list(cursor.fetchall())

    with tenant_tx(tenant), connection.cursor() as cursor:
        return Ledgers(
            [Row(*r) for r in rows(
                "SELECT tenant_id || '-' || id, run_id::text, node, customer_id::text, status, reason FROM channels_message"
            )],
            rows("SELECT run_id::text, node, wave_id, customer_id::text, code FROM rewards_grant"),
            unfinished(tenant),
        )  # fmt: skip


def unfinished(tenant: int) -> dict[str, int]:
    """Rows of work that is not done."""
    with tenant_tx(tenant), connection.cursor() as cursor:
        found = {}
        for table in ("canvas_app_cohort", "channels_sendjob", "customers_eventinbox"):
            cursor.execute(f"SELECT count(*) FROM {table}")
            found[table] = cursor.fetchone()[0]
        return found


@dataclass
class Verdict:
    """Figures, and every reason to complain."""

    figures: dict[str, Any] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)

    def none(self, found: Any, complaint: str) -> None:
        """`found` should be empty."""
        found = list(found)
        if found:
            self.wrong.append(f"{len(found)} {complaint}, such as {found[:3]}")

    def equal(self, found: Any, wanted: Any, what: str) -> None:
        if found != wanted:
            self.wrong.append(f"{what}: {found}, not {wanted}")


def messages(
    verdict: Verdict, name: str, rows: list[Row], arrivals: list[Arrival], cut_off: set[str], *, dedupe: bool
) -> None:
    """Nobody twice; what is called sent arrived; unknown only where an answer was lost (the gateway says so) or who was in
    flight at a blow (`cut_off`), and never where repeats are seen."""
    when = {a.id: a for a in reversed(arrivals)}
    repeated = [i for i, n in Counter(a.id for a in arrivals).items() if n > 1]
    unknown = [r.id for r in rows if r.status == "unknown"]
    spoilt = [i for i in unknown if i in when and when[i].mode in BAD]
    verdict.figures[name] = {
        "messages": len(rows), "requests repeated": len(repeated), "unknown": len(unknown), "of these answered badly": len(spoilt),
        "of these never arrived": sum(i not in when for i in unknown), "in flight at the blows": sum(r.id in cut_off for r in rows),
    }  # fmt: skip
    verdict.none(_doubled(arrivals), f"{name}: messages twice")
    verdict.none((r for r in rows if r.status not in ("sent", "unknown")), f"{name}: neither sent nor unknown")
    verdict.none((r for r in rows if r.status == "sent" and r.id not in when), f"{name}: called sent, never arrived")
    verdict.none(set(when) - {r.id for r in rows}, f"{name}: arrived, not in the ledger")
    if dedupe:
        verdict.none(unknown, f"{name}: unknown, though repeats are recognised")
    else:
        verdict.none(repeated, f"{name}: repeated, though repeats are not recognised")
        verdict.none((i for i in unknown if i not in cut_off and i not in spoilt), f"{name}: unknown without a reason")


def _doubled(arrivals: list[Arrival]) -> list[Any]:
    """Steps of a person, or events, that more than one message arrived for."""
    ids: dict[Any, set[str]] = defaultdict(set)
    for a in arrivals:
        _, _, event = a.text.partition(" ")
        ids[event or (a.run, a.node, a.customer)].add(a.id)
    return [key for key, found in ids.items() if len(found) > 1]


def everybody(verdict: Verdict, rows: list[Row], run: dict[str, Any], people: int, nodes: set[str]) -> None:
    """The big run: each person exactly one message, the equations hold, and it is over."""
    mine = [r.customer for r in rows if r.run == run["id"] and r.node in nodes]
    verdict.equal((len(mine), len(set(mine))), (people, people), "messages and people of the run")
    verdict.equal(run["status"], "finished", "the run")
    verdict.equal(
        run["check"],
        {"entered": people, "inside": 0, "left": people, "balanced": True, "wrong": []},
        "check of the run",
    )


def events(
    verdict: Verdict, rows: list[Row], arrivals: list[Arrival], run: dict[str, Any], accepted: set[int], node: str
) -> None:
    """The stream: each event that was taken exactly one message."""
    mine = [r for r in rows if r.run == run["id"] and r.node == node]
    arrived = {a.id: a.text.partition(" ")[2] for a in arrivals if a.run == run["id"]}
    verdict.figures["events"] = {"taken": len(accepted), "messages": len(mine), "arrived": len(arrived)}
    verdict.equal(len(mine), len(accepted), "messages of the events")
    verdict.none(set(arrived.values()) - {str(n) for n in accepted}, "messages of events that were never taken")
    n = len(accepted)
    verdict.equal(
        run["check"], {"entered": n, "inside": 0, "left": n, "balanced": True, "wrong": []}, "check of the stream"
    )


def codes(verdict: Verdict, found: Ledgers, arrivals: list[Arrival], wanted: int) -> None:
    """Nobody is granted twice at a step, no code twice, and everybody was told the code that is theirs."""
    steps = Counter((run, node, wave, customer) for run, node, wave, customer, _ in found.grants)
    owner = {code: (run, customer) for run, _, _, customer, code in found.grants}
    verdict.figures["grants"] = {"rows": len(found.grants), "codes": len(owner)}
    verdict.none((s for s, n in steps.items() if n > 1), "granted twice")
    verdict.equal((len(found.grants), len(owner)), (wanted, wanted), "grants and their codes")
    verdict.none(
        (a for a in arrivals if owner.get(a.text.partition(" ")[0]) != (a.run, a.customer)),
        "told a code that is not theirs",
    )


def silences(
    verdict: Verdict, times: list[float], blows: list[float], away: list[tuple[float, float]], at_most: float
) -> None:
    """While there was work, something always moved again within `at_most` seconds of the last blow, servers being there."""
    times = sorted(times)
    gaps = [
        (_there(max([before, *(b for b in blows if b < after)]), after, away), before - times[0])
        for before, after in pairwise(times)
    ]
    longest, last = max(gaps), max(blows)
    resumed = min((t - last for t in times if t > last), default=0.0)
    verdict.figures["silence"] = {
        "longest": round(longest[0], 1), "from second": round(longest[1], 1), "after the last blow": round(resumed, 1),
        "allowed": at_most,
    }  # fmt: skip
    if longest[0] > at_most:
        verdict.wrong.append(f"nothing arrived for {longest[0]:.1f} s from second {longest[1]:.1f} on")


def _there(before: float, after: float, away: list[tuple[float, float]]) -> float:
    """Seconds between the two in which no server was away."""
    return after - before - sum(max(0.0, min(after, to) - max(before, since)) for since, to in away)
