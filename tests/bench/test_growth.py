"""The picture of growth: figures with a size are kept by line, a new one in place of the old, and drawn."""

from pathlib import Path
from xml.etree import ElementTree

from bench.growth import drawn, keep, read
from bench.measure import Figure


def test_points_are_kept_by_line_and_size(tmp_path: Path) -> None:
    file = tmp_path / "growth.json"
    keep([Figure("a", 2.0, 1.0, line="x", size=100_000), Figure("b", 1.0, 0.5)], file)
    keep([Figure("a", 1.0, 0.5, line="x", size=10_000), Figure("a", 3.0, 1.0, line="x", size=100_000)], file)
    assert read(file) == {"x": [(10_000, 1.0, 0.5), (100_000, 3.0, 1.0)]}
    assert read(tmp_path / "none.json") == {}


def test_the_picture_has_a_line_and_a_floor_for_each(tmp_path: Path) -> None:
    picture = ElementTree.fromstring(drawn(read()))
    lines = picture.findall("{*}polyline")
    assert len(lines) == 2 * len(read())
    assert Path("docs/pictures/growth.svg").read_text("utf-8") == drawn(read())
