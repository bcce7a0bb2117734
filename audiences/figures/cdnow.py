"""The CDNOW sample as Fader, Hardie and Lee used it: purchases by day until a day, and how many came after it."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta

import numpy as np

from audiences.figures.fitting import Bought, Floats

CALIBRATED_TO, HELD_BACK_WEEKS = date(1997, 9, 30), 39
PUBLISHED = {"r": 0.243, "alpha": 4.414, "a": 0.793, "b": 2.426}


def read(lines: Iterable[str], until: date = CALIBRATED_TO) -> tuple[Bought, Floats]:
    """Lines `number, number in the sample, YYYYMMDD, CDs, dollars`. Several orders on one day are one purchase."""
    days: dict[str, set[date]] = defaultdict(set)
    for line in lines:
        _, customer, day, *_ = line.split()
        days[customer].add(date(int(day[:4]), int(day[4:6]), int(day[6:])))
    rows = [_row(sorted(bought), until) for bought in days.values() if min(bought) <= until]
    table = np.array(rows, dtype=np.float64)
    return Bought(table[:, 0], table[:, 1], table[:, 2], np.ones(len(table))), table[:, 3]


def _row(bought: list[date], until: date) -> tuple[float, float, float, float]:
    known = [day for day in bought if day <= until]
    end = until + timedelta(weeks=HELD_BACK_WEEKS)
    later = sum(until < day <= end for day in bought)
    return len(known) - 1, (known[-1] - known[0]).days / 7, (until - known[0]).days / 7, later
