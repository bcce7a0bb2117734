"""The one door from an id in a URL to a row: missing, malformed and another tenant's are the same 404."""

from typing import Any, TypeVar

from django.db import models

from canvas_app.models import Canvas, Run
from kernel.errors import Code, ProblemError

M = TypeVar("M", bound=models.Model)


def _one(rows: Any, raw: str) -> Any:
    found = rows.filter(pk=int(raw)).first() if raw.isascii() and raw.isdigit() and len(raw) < 19 else None
    if found is None:
        raise ProblemError(Code.NOT_FOUND)
    return found


def access_canvas(raw: str, *, lock: bool = False) -> Canvas:
    canvas: Canvas = _one(Canvas.objects.select_for_update() if lock else Canvas.objects.all(), raw)
    return canvas


def access_run(raw: str, *, lock: bool = False) -> Run:
    run: Run = _one(Run.objects.select_for_update() if lock else Run.objects.select_related("version"), raw)
    return run
