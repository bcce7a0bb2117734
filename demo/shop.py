"""The whole shop: customers and their events as rows for the bulk services. Pure and deterministic for a given last day."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from demo import habits, people
from demo.events import Visit, of_visit, registered, wecom_added
from demo.goods import CATEGORIES

ZONE = ZoneInfo("Asia/Shanghai")
SEED = 20220827
MONTHS = 18
CUSTOMERS = 20_000
VISITS_A_CUSTOMER = 4.9
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Shop:
    """`customers` as in customers/bulk, `events` as in events/bulk and in order of time."""

    customers: list[dict[str, Any]]
    events: list[dict[str, Any]]


def make_shop(end: date, customers: int = CUSTOMERS) -> Shop:
    """Everything up to midnight (Shanghai) before `end`. The same `end` gives the same bytes."""
    rng = np.random.Generator(np.random.PCG64(SEED))
    days = habits.days_of(end, MONTHS)
    joined = habits.joining_days(rng, days, customers)
    known = people.identities(rng, customers)
    taste = rng.dirichlet(np.full(len(CATEGORIES), 0.6), customers)
    events, paid = _events(rng, days, joined, known, taste)
    return Shop(_customers(rng, days, joined, known, taste, paid), events)


def _events(
    rng: np.random.Generator, days: list[date], joined: people.Ints, known: list[dict[str, str]], taste: people.Floats
) -> tuple[list[dict[str, Any]], dict[int, list[int]]]:
    """Events in order of time, and by customer the sums (fen) of the orders paid."""
    moments = [datetime(d.year, d.month, d.day, tzinfo=ZONE).astimezone(UTC) for d in days]
    begun = habits.seconds_of_day(rng, len(joined))
    start = [moments[day] + timedelta(seconds=int(s)) for day, s in zip(joined, begun, strict=True)]
    found: list[tuple[datetime, int, str, dict[str, Any]]] = [registered(i, at, known[i]) for i, at in enumerate(start)]
    found += [wecom_added(i, at) for i, at in enumerate(start) if "external_userid" in known[i]]
    paid: dict[int, list[int]] = {}
    for visit in _visits(rng, moments, start, joined, days, taste):
        found += of_visit(rng, visit, paid)
    last = moments[-1] + _DAY
    found = sorted((e for e in found if e[0] < last), key=lambda e: (e[0], e[1], e[2]))
    rows = [
        {
            "event_id": f"shop-{n:06d}", "customer": {"external_id": f"C{i + 1:05d}"}, "name": name,
            "occurred_at": at.isoformat(), "properties": properties,
        }
        for n, (at, i, name, properties) in enumerate(found)
    ]  # fmt: skip
    return rows, paid


def _visits(
    rng: np.random.Generator, moments: list[datetime], start: list[datetime], joined: people.Ints,
    days: list[date], taste: people.Floats,
) -> Iterator[Visit]:  # fmt: skip
    who, day = habits.visits(rng, days, joined, VISITS_A_CUSTOMER)
    second = habits.seconds_of_day(rng, len(who))
    wish = (rng.random((len(who), 1)) > taste[who].cumsum(axis=1)).sum(axis=1).clip(0, len(CATEGORIES) - 1)
    chance = rng.random((len(who), 8))
    for n in range(len(who)):
        customer = int(who[n])
        at = moments[int(day[n])] + timedelta(seconds=int(second[n]))
        if at <= start[customer]:  # came on the day of joining: a little after it
            at = start[customer] + timedelta(seconds=300 + int(second[n]) % 5400)
        yield Visit(n, customer, at, CATEGORIES[int(wish[n])], chance[n])


def _customers(
    rng: np.random.Generator, days: list[date], joined: people.Ints, known: list[dict[str, str]],
    taste: people.Floats, paid: dict[int, list[int]],
) -> list[dict[str, Any]]:  # fmt: skip
    count = len(joined)
    female = rng.random(count) < 0.64
    names, cities = people.names(rng, female), people.cities(rng, count)
    born, said = people.birthdays(rng, count), people.consents(rng, known)
    favourite, renewal = taste.argmax(axis=1), rng.integers(1, 365, count)
    rows = []
    for i in range(count):
        sums, day = paid.get(i, []), days[int(joined[i])]
        level = people.level_of(sum(sums))
        attributes = {
            "name": names[i], "gender": "女" if female[i] else "男", "city": cities[i], "birthday": born[i].isoformat(),
            "level": level, "registered_on": day.isoformat(),
        }  # fmt: skip
        if level == "黑金卡":
            attributes["expires_on"] = (days[-1] + timedelta(days=int(renewal[i]))).isoformat()
        age = (days[-1] - day).days
        tags = people.tags_of(CATEGORIES[int(favourite[i])], len(sums), sum(sums), age)
        rows.append(people.customer_row(i, identities=known[i], attributes=attributes, tags=tags, consents=said[i]))
    return rows
