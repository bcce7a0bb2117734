"""Every reason to hold a message back is explained: in the docs, and in both languages of the browser."""

import json
from pathlib import Path

import pytest

from channels import policy
from channels.reasons import REASONS, page

ROOT = Path(__file__).parents[2]
_TEXTS = ROOT / "frontend" / "src" / "shared" / "i18n"
_NOT_REASONS = {policy.MARKETING}


def test_all_reasons_of_the_policy_are_explained() -> None:
    named = {value for name, value in vars(policy).items() if name.isupper() and isinstance(value, str)}
    assert named - _NOT_REASONS == set(REASONS)


def test_the_page_is_current() -> None:
    assert (ROOT / "docs" / "hold-backs.md").read_text(encoding="utf-8") == page()


@pytest.mark.parametrize(("folder", "lang"), [("zh-CN", "zh"), ("en", "en")])
def test_the_browser_says_the_same(folder: str, lang: str) -> None:
    texts = json.loads((_TEXTS / folder / "messages.json").read_text(encoding="utf-8"))
    assert texts["reasons"] == {key: getattr(label, lang) for key, (label, _) in REASONS.items()}
