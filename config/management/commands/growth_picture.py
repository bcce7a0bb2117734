"""`./canvas manage growth_picture`: docs/pictures/growth.svg from the figures that `./canvas bench sets million` kept."""

from typing import Any

from django.core.management.base import BaseCommand

from bench.growth import PICTURE, drawn, read


class Command(BaseCommand):
    help = "Draws how the time of a run grows with its people."

    def handle(self, *args: Any, **options: Any) -> None:
        PICTURE.write_text(drawn(read()), encoding="utf-8")
        self.stdout.write(str(PICTURE))
