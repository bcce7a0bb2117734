"""The chart of a model held to what happened: purchases a person, foretold and real, by how many were made before. SVG."""

from typing import Any

_WIDTH, _HEIGHT, _LEFT, _BOTTOM = 720, 400, 60, 340
_DASHED = ' stroke-dasharray="6 4"'


def chart(title: str, rows: list[dict[str, Any]]) -> str:
    """rows: as of fitting.compare."""
    top = max([r[k] for r in rows for k in ("predicted", "actual")] + [1]) * 1.1
    step = (_WIDTH - _LEFT - 40) / max(len(rows) - 1, 1)
    spots = [(_LEFT + 20 + i * step, row) for i, row in enumerate(rows)]

    def y(value: float) -> float:
        return float(_BOTTOM - value / top * (_BOTTOM - 60))

    def line(key: str, colour: str, dashes: str) -> str:
        points = " ".join(f"{x:.1f},{y(row[key]):.1f}" for x, row in spots)
        dots = "".join(f'<circle cx="{x:.1f}" cy="{y(row[key]):.1f}" r="4" fill="{colour}"/>' for x, row in spots)
        return f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"{dashes}/>{dots}'

    grid = "".join(
        f'<line x1="{_LEFT}" x2="{_WIDTH - 20}" y1="{y(v):.1f}" y2="{y(v):.1f}" stroke="#e5e7eb"/>'
        f'<text x="{_LEFT - 8}" y="{y(v) + 4:.1f}" text-anchor="end">{v}</text>'
        for v in range(int(top) + 1)
    )
    names = "".join(
        f'<text x="{x:.1f}" y="{_BOTTOM + 18}" text-anchor="middle">{row["purchases"]}{"+" if i == len(rows) - 1 else ""}</text>'
        f'<text x="{x:.1f}" y="{_BOTTOM + 34}" text-anchor="middle" fill="#6b7280" font-size="11">n = {row["people"]}</text>'
        for i, (x, row) in enumerate(spots)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" font-family="sans-serif" font-size="13" fill="#111827">'
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="#ffffff"/><text x="{_LEFT}" y="26" font-size="15" font-weight="600">{title}</text>'
        f'{grid}{names}<text x="{_WIDTH / 2}" y="{_HEIGHT - 6}" text-anchor="middle">purchases before</text>'
        f"{line('actual', '#111827', '')}{line('predicted', '#2563eb', _DASHED)}"
        f'<text x="{_LEFT + 20}" y="48">— actual</text><text x="{_LEFT + 100}" y="48" fill="#2563eb">- - predicted (BG/NBD)</text></svg>\n'
    )
