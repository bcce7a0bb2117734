"""Texts in Chinese and English, chosen by the reader's language. Holds no texts itself."""

from dataclasses import dataclass
from typing import Any

from django.utils import translation


@dataclass(frozen=True)
class Text:
    """One sentence in both languages; `{name}` places are filled by `say`."""

    zh: str
    en: str

    def say(self, **params: Any) -> str:
        """The sentence in the language of this request (Chinese unless English is asked for)."""
        text = self.en if is_english() else self.zh
        return text.format(**params) if params else text

    def labels(self) -> dict[str, str]:
        return {"zh": self.zh, "en": self.en}


def is_english() -> bool:
    return (translation.get_language() or "zh").startswith("en")
