"""`./canvas bench [import] [run] [send] [trigger] …`: figures beside their floors, as a table for docs/benchmarks.md."""

import time
from collections.abc import Callable
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from bench import (
    audiences,
    big_file,
    big_run,
    bulk_import,
    codes,
    fair,
    million,
    sending,
    sets,
    trigger,
    waits,
)
from bench.growth import SIZES, keep, most
from bench.measure import HEAD, Figure, Say, machine, medians

BENCHES: dict[str, Callable[[Say], list[Figure]]] = {
    "import": bulk_import.measure,
    "run": big_run.measure,
    "send": sending.measure,
    "trigger": trigger.measure,
    "sets": sets.measure,
    "million": million.measure,
    "waits": waits.measure,
    "fair": fair.measure,
    "audiences": audiences.measure,
    "codes": codes.measure,
    "file": big_file.measure,
}


class Command(BaseCommand):
    help = "Measures a running installation; ./canvas bench starts one of its own for it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("names", nargs="*", help=", ".join(BENCHES))
        parser.add_argument("--repeat", type=int, default=3)

    def handle(self, *args: Any, **options: Any) -> None:
        names = options["names"] or list(BENCHES)
        if unknown := [name for name in names if name not in BENCHES]:
            raise CommandError(f"没有这个测量项目 / no such measurement: {', '.join(unknown)} ({', '.join(BENCHES)})")
        began = time.monotonic()

        def say(what: str) -> None:
            self.stderr.write(f"{time.monotonic() - began:6.1f} s  {what}")

        self.stdout.write(f"{machine()}\n\n{HEAD}")
        for name in names:
            say(name)
            figures = medians([BENCHES[name](say) for _ in range(options["repeat"])])
            if most() == SIZES[-1]:
                keep(figures)
            for figure in figures:
                self.stdout.write(figure.row())
                self.stdout.flush()
