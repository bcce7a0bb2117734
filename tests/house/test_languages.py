"""Every Chinese text that goes through gettext has its English one, and the compiled catalogue is the written one."""

import gettext
import re
from pathlib import Path

import pytest
from django.utils import translation

ROOT = Path(__file__).resolve().parents[2]
ROOMS = (
    "tenants",
    "customers",
    "audiences",
    "channels",
    "rewards",
    "abtest",
    "canvas_app",
    "analytics",
    "config",
    "kernel",
)
CALL = re.compile(r'\b_{1,2}\(\s*"((?:[^"\\]|\\.)*)"')
TAG = re.compile(r'{% trans(?:late)? "([^"]+)"')


def marked() -> dict[str, str]:
    """Text → file, of all that is marked for translation."""
    found: dict[str, str] = {}
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*")):
            pattern = {".py": CALL, ".html": TAG}.get(path.suffix)
            if pattern and "migrations" not in path.parts:
                found |= {text: str(path.relative_to(ROOT)) for text in pattern.findall(path.read_text())}
    return found


def test_every_text_has_its_english() -> None:
    with translation.override("en"):
        missing = {text: where for text, where in marked().items() if re.search("[一-鿿]", translation.gettext(text))}
    assert missing == {}


@pytest.mark.parametrize("language", ["en", "zh_Hans"])
def test_the_compiled_catalogue_is_up_to_date(language: str) -> None:
    folder = ROOT / "config" / "locale" / language / "LC_MESSAGES"
    written = dict(re.findall(r'^msgid "(.+)"\nmsgstr "(.*)"$', (folder / "django.po").read_text(), re.MULTILINE))
    with (folder / "django.mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    assert written
    assert {text: compiled.gettext(text) for text in written} == written
