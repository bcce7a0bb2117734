"""How the cost grows with the number of people: which sizes are measured, where the figures are kept, and the picture of them."""

import json
import math
import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final

from bench.measure import Figure

SIZES: Final = (10_000, 100_000, 1_000_000)
KEPT: Final = Path("docs/pictures/growth.json")
PICTURE: Final = Path("docs/pictures/growth.svg")
_LEFT, _TOP, _WIDE, _HIGH = 90, 60, 600, 330
_COLOURS = ("#1668dc", "#d4570b", "#2f8f4e", "#8a4fbe")

Point = tuple[int, float, float]  # people, our seconds, the floor's


def most() -> int:
    """BENCH_MOST_PEOPLE: for a try of the measurement itself."""
    return int(os.environ.get("BENCH_MOST_PEOPLE", SIZES[-1]))


def sizes() -> list[int]:
    return [size for size in SIZES if size <= most()]


def keep(figures: Iterable[Figure], file: Path = KEPT) -> None:
    """Put those that have a size into the file, each in place of an older one of its line and size."""
    lines = read(file)
    for figure in figures:
        if figure.size:
            points = {point[0]: point for point in lines.get(figure.line, [])}
            points[figure.size] = (figure.size, figure.ours, figure.floor)
            lines[figure.line] = [points[size] for size in sorted(points)]
    file.write_text(json.dumps(lines, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def read(file: Path = KEPT) -> dict[str, list[Point]]:
    if not file.exists():
        return {}
    return {
        line: [(int(n), o, f) for n, o, f in points] for line, points in json.loads(file.read_text("utf-8")).items()
    }


def drawn(lines: dict[str, list[Point]]) -> str:
    """SVG, both axes logarithmic: our time as a line, the floor's dashed in the same colour."""
    times = [t for points in lines.values() for _, ours, floor in points for t in (ours, floor)]
    low, high = math.floor(math.log10(min(times))), math.ceil(math.log10(max(times)))

    def x(people: int) -> float:
        return _LEFT + (math.log10(people) - 4) / 2 * _WIDE

    def y(seconds: float) -> float:
        return _TOP + (high - math.log10(seconds)) / (high - low) * _HIGH

    parts = [*_axes(x, y, low, high)]
    for number, (line, points) in enumerate(lines.items()):
        colour = _COLOURS[number % len(_COLOURS)]
        for which, dash in ((1, ""), (2, ' stroke-dasharray="5 5"')):
            path = " ".join(f"{x(p[0]):.1f},{y(p[which]):.1f}" for p in points)
            parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"{dash}/>')
        parts += [f'<circle cx="{x(p[0]):.1f}" cy="{y(p[1]):.1f}" r="4" fill="{colour}"/>' for p in points]
        parts += [_text(x(p[0]), y(p[1]) - 10, _said(p[1]), "middle", colour) for p in points]
        at = _TOP + _HIGH + 56 + 20 * number
        parts.append(
            f'<line x1="{_LEFT}" x2="{_LEFT + 28}" y1="{at - 4}" y2="{at - 4}" stroke="{colour}" stroke-width="2"/>'
        )
        parts.append(_text(_LEFT + 36, at, f"{line} (dashed: floor)", "start"))
    bottom = _TOP + _HIGH + 60 + 20 * len(lines)
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 760 {bottom}" font-family="system-ui, sans-serif" font-size="13">'
    title = _text(
        _LEFT,
        28,
        "How the time of a run grows with its people",
        "start",
        "#1f1f1f",
        ' font-size="17" font-weight="600"',
    )
    return "\n".join([head, f'<rect width="760" height="{bottom}" fill="#ffffff"/>', title, *parts, "</svg>"]) + "\n"


def _axes(x: Callable[[int], float], y: Callable[[float], float], low: int, high: int) -> Iterable[str]:
    for size in SIZES:
        yield f'<line x1="{x(size)}" x2="{x(size)}" y1="{_TOP}" y2="{_TOP + _HIGH}" stroke="#e5e5e5"/>'
        yield _text(x(size), _TOP + _HIGH + 22, f"{size:,}", "middle")
    for power in range(low, high + 1):
        at = y(10.0**power)
        yield f'<line x1="{_LEFT}" x2="{_LEFT + _WIDE}" y1="{at:.1f}" y2="{at:.1f}" stroke="#e5e5e5"/>'
        yield _text(_LEFT - 10, at + 4, _said(10.0**power), "end")


def _text(x: float, y: float, said: str, anchor: str, colour: str = "#595959", more: str = "") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{colour}"{more}>{said}</text>'


def _said(seconds: float) -> str:
    return f"{seconds * 1000:.3g} ms" if seconds < 1 else f"{seconds:.3g} s"
