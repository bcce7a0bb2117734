"""The one door from an id in a URL to a row: missing, malformed and another tenant's are the same 404."""

from canvas_app.models import Canvas, Run
from kernel.access import one_or_404

# A lock leaves the key alone: workers who write rows that refer to the canvas or run go on meanwhile, and none of them
# holds what the holder of the lock waits for.


def access_canvas(raw: str, *, lock: bool = False) -> Canvas:
    return one_or_404(Canvas.objects.select_for_update(no_key=True) if lock else Canvas.objects.all(), raw)


def access_run(raw: str, *, lock: bool = False) -> Run:
    return one_or_404(
        Run.objects.select_for_update(no_key=True) if lock else Run.objects.select_related("version"), raw
    )
