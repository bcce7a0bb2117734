"""When customers come and how often: a rate and a life of their own, weekdays and hours, 618 and Double 11, growth."""

from datetime import date, timedelta

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

_WEEKDAY = np.array([0.92, 0.90, 0.93, 0.98, 1.08, 1.16, 1.10])  # Monday first
_HOUR = np.array([1.2, 0.5, 0.2, 0.1, 0.1, 0.3, 0.9, 2.0, 3.4, 4.4, 5.2, 5.4, 6.6, 5.2, 4.3, 4.2, 4.4, 4.6, 5.2, 6.8, 8.6, 9.2, 7.4, 4.0])  # fmt: skip
_PEAKS = {(6, 16): 1.6, (6, 17): 2.2, (6, 18): 3.6, (11, 1): 1.8, (11, 9): 1.5, (11, 10): 2.4, (11, 11): 4.5, (12, 12): 1.9}  # fmt: skip
_GROWTH = 1.4  # at the end of the time the shop is so much larger than at the beginning, less one


def days_of(end: date, months: int) -> list[date]:
    """The days of the `months` before `end`, which is not among them."""
    year, month = divmod(end.year * 12 + end.month - 1 - months, 12)
    start = date(year, month + 1, min(end.day, 28))
    return [start + timedelta(days=n) for n in range((end - start).days)]


def season(days: list[date]) -> Floats:
    """How busy each day is, 1.0 on an ordinary one; before the spring festival people buy gifts."""
    weight = np.array([_WEEKDAY[d.weekday()] * _PEAKS.get((d.month, d.day), 1.0) for d in days])
    gifts = np.array([1.35 if d.month == 1 or (d.month == 9 and d.day > 8) else 1.0 for d in days])
    busy: Floats = weight * gifts
    return busy


def joining_days(rng: np.random.Generator, days: list[date], count: int) -> Ints:
    """On which day each customer registers, ascending: more as the shop grows, many on the great days."""
    weight = season(days) * (1 + _GROWTH * np.arange(len(days)) / len(days))
    return np.sort(rng.choice(len(days), count, p=weight / weight.sum()))


def visits(rng: np.random.Generator, days: list[date], joined: Ints, mean: float) -> tuple[Ints, Ints]:
    """(customer, day) of every visit with something in mind.

    Each has a rate (gamma) and a life (exponential, both vary much) from the day of joining: the mixture behind the
    NBD models. Days are thinned by the season. `mean`: visits a customer, about.
    """
    rate = rng.gamma(0.7, 1.0, len(joined))
    life = rng.exponential(1.0, len(joined)) * rng.gamma(1.2, 130.0, len(joined)) + 6.0
    span = np.minimum(life, len(days) - joined)
    busy = season(days)
    exposure = (rate * span).sum() / busy.max() * busy.mean()
    counts = rng.poisson(rate * span * mean * len(joined) / exposure)
    who = np.repeat(np.arange(len(joined)), counts)
    day = joined[who] + (rng.random(len(who)) * span[who]).astype(np.int64)
    kept = rng.random(len(who)) < busy[day] / busy.max()
    return who[kept], day[kept]


def seconds_of_day(rng: np.random.Generator, count: int) -> Ints:
    """Second of the local day, by the hours that people shop at."""
    hours = rng.choice(24, count, p=_HOUR / _HOUR.sum())
    return hours * 3600 + rng.integers(0, 3600, count)
