"""Every reason to hold a message back is explained: in the docs, and in both languages of the browser."""

import json
import re
from pathlib import Path

import pytest

from channels import policy
from channels.reasons import REASONS, page

ROOT = Path(__file__).parents[2]
_TEXTS = ROOT / "frontend" / "src" / "shared" / "i18n"


def test_all_reasons_that_the_code_gives_are_explained() -> None:
    given = {
        getattr(policy, name)
        for file in (ROOT / "channels").glob("*.py")
        for names in re.findall(
            r"\.hold\((?:policy\.)?([A-Z_]+)|touching\.cancel\(run_id, people, ([A-Z_]+)\)",
            file.read_text(encoding="utf-8"),
        )
        for name in names
        if name
    }
    assert given == set(REASONS)


def test_the_page_is_current() -> None:
    assert (ROOT / "docs" / "hold-backs.md").read_text(encoding="utf-8") == page()


@pytest.mark.parametrize(("folder", "lang"), [("zh-CN", "zh"), ("en", "en")])
def test_the_browser_says_the_same(folder: str, lang: str) -> None:
    texts = json.loads((_TEXTS / folder / "messages.json").read_text(encoding="utf-8"))
    assert texts["reasons"] == {key: getattr(label, lang) for key, (label, _) in REASONS.items()}
