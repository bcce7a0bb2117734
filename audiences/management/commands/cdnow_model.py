"""`./canvas manage cdnow_model CDNOW_sample.txt [--picture FILE.svg]`: the model on public data, against the published result."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from audiences.figures.cdnow import HELD_BACK_WEEKS, PUBLISHED, read
from audiences.figures.fitting import compare, fit
from audiences.figures.picture import chart


class Command(BaseCommand):
    help = "Fits BG/NBD to the CDNOW sample, shows it beside the published parameters, and draws the held-back weeks."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--picture", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        bought, later = read(options["file"].read_text().splitlines())
        model = fit(bought)
        rows = compare(model, bought, later, HELD_BACK_WEEKS)
        for name, value in model.as_json().items():
            self.stdout.write(f"{name}: {value:.4f} (published {PUBLISHED[name]})")
        for row in rows:
            self.stdout.write(json.dumps(row))
        if options["picture"]:
            title = f"CDNOW: {HELD_BACK_WEEKS} held-back weeks, purchases a person"
            options["picture"].write_text(chart(title, rows))
