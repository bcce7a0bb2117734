"""What is generated into docs is what the code says."""

from pathlib import Path

from config.management.commands.error_catalogue import catalogue, codes

DOCS = Path(__file__).resolve().parent.parent.parent / "docs"


def test_the_catalogue_of_errors_is_current() -> None:
    assert (DOCS / "errors.md").read_text(encoding="utf-8") == catalogue()


def test_every_code_speaks_both_languages() -> None:
    for room, name, status, text in codes():
        assert text.zh.strip(), (room, name)
        assert text.en.strip(), (room, name)
        assert status == 200 or 400 <= status <= 599, (room, name)  # 200: said of one row of many
