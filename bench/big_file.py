"""A CSV file of a million customers by way of the import: its time against COPY of what it left, the worker's memory, and the undo.

Every 10,000th row is wrong; the list of errors must hold just these, or the measurement fails.
"""

import csv
import io
import time
from typing import Any

from bench import rows
from bench.bulk_import import form
from bench.floor import copy_again
from bench.growth import most
from bench.installation import Installation, wait_for
from bench.measure import Figure, Say
from bench.memory import resident_megabytes

_WRONG_EVERY, _PATIENCE = 10_000, 3600
_TABLES = (
    ("customers_customer", "true"), ("customers_identity", "true"), ("customers_customertag", "true"),
    ("customers_event", "name = 'tag.added'"),
)  # fmt: skip


def measure(say: Say) -> list[Figure]:
    count, installation = most(), Installation("bench file")
    raw, kind = form(_csv(count))
    began, watch = time.perf_counter(), _Watch(installation)
    made = installation.send("POST", "imports", raw, kind)
    say(f"  {len(raw) // 2**20} MB uploaded after {time.perf_counter() - began:.1f} s")
    took = wait_for(lambda: watch.ended(made["id"]), _PATIENCE, 0.5) - began
    _check(installation, made["import_id"], count)
    say(f"  {count:,} rows after {took:.1f} s; worker's memory by tenths, MB: {watch.tenths()}")
    floor, written = copy_again(installation, _TABLES)
    undone = _undo(installation, made["import_id"], say)
    note = (
        f"{count / took:,.0f} customers/s; {written:,} rows in four tables; memory of the worker {watch.tenths()[0]} MB after the first "
        f"tenth, {watch.tenths()[-1]} MB at the end; told {len(watch.seen)} times how far it was; undone in {undone:.0f} s"
    )
    return [Figure(f"import {count:,} customers from CSV", took, floor, note)]


class _Watch:
    """How far a job said it was, and the memory of the worker at that time."""

    def __init__(self, installation: Installation) -> None:
        self._installation, self.seen = installation, dict[int, int]()
        self._total = 1

    def ended(self, job: str) -> bool:
        shown = self._installation.get(f"jobs/{job}")
        self._total = shown["total"] or self._total
        if shown["done"]:
            self.seen.setdefault(shown["done"], resident_megabytes("bulk"))
        return bool(shown["finished_at"])

    def tenths(self) -> list[int]:
        """The first look in each tenth of the rows."""
        by_tenth: dict[int, int] = {}
        for done, memory in self.seen.items():
            by_tenth.setdefault(min(9, 10 * done // self._total), memory)
        return list(by_tenth.values()) or [0]


def _csv(count: int) -> str:
    text = io.StringIO()
    out = csv.writer(text)
    out.writerow(["external_id", "phone", "name", "city", "attributes.n", "tags"])
    for n in range(count):
        [one] = rows.customers(1, begin=n)
        phone, about = one["identities"]["phone"], one["attributes"]
        wrong = "x" if n % _WRONG_EVERY == 0 else ""
        out.writerow([one["external_id"], wrong + phone, about["name"], about["city"], n, one["tags"][0]])
    return text.getvalue()


def _check(installation: Installation, made: str, count: int) -> None:
    shown: dict[str, Any] = installation.get(f"imports/{made}")
    wrong = [n + 2 for n in range(0, count, _WRONG_EVERY)]  # the header is row 1
    lines = list(csv.reader(io.StringIO(installation.text(shown["errors_url"]))))
    told = [int(line[0]) for line in lines[1:]]
    if (shown["created"], shown["rejected"], told) != (count - len(wrong), len(wrong), wrong):
        raise RuntimeError(f"{shown['created']} created, {shown['rejected']} refused, {len(told)} told")


def _undo(installation: Installation, made: str, say: Say) -> float:
    began = time.perf_counter()
    installation.post(f"imports/{made}/undo")
    ended = wait_for(lambda: installation.get(f"imports/{made}")["status"] in ("undone", "failed"), _PATIENCE, 0.5)
    shown = installation.get(f"imports/{made}")
    if shown["status"] != "undone" or shown["undone"]["removed"] != shown["created"]:
        raise RuntimeError(f"undone: {shown['undone']}")
    say(f"  undone after {ended - began:.1f} s")
    return ended - began
