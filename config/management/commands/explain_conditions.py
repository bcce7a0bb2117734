"""`./canvas manage explain_conditions [--people N]`: how the database answers each condition, as a table for docs/conditions-plans.md."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from bench.crowd import crowd, sizes
from bench.growth import most
from bench.measure import machine
from bench.plans import HEAD, line, table


class Command(BaseCommand):
    help = "Asks every condition of the bench's tenant (made when it is not there) under EXPLAIN ANALYZE."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--people", type=int, default=most())

    def handle(self, *args: Any, **options: Any) -> None:
        made = crowd(options["people"], self.stderr.write)
        self.stdout.write(f"{machine()}; {sizes(made)}\n\n{HEAD}")
        for found in table(made):
            self.stdout.write(line(*found))
            self.stdout.flush()
