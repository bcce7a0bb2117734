"""Which replies ask to be left alone: the words that carriers and providers know, whatever their width, case or punctuation."""

import unicodedata
from typing import Final

# of the mainland's carriers (with and without 回), and Twilio's and AWS's lists for elsewhere
WORDS: Final = frozenset(
    {
        "r", "t", "td", "n", "回r", "回t", "回td", "回n", "退订", "拒收", "取消", "取消订阅", "退定", "不再接收", "不要再打", "不要再打了", "别再打了",
        "stop", "stopall", "unsubscribe", "end", "quit", "cancel", "revoke", "optout",
    }
)  # fmt: skip
_LETTERS_AND_DIGITS = ("L", "N", "M")


def is_opt_out(text: str) -> bool:
    """Is the whole reply one of the words? Blanks, punctuation and symbols don't count, wherever they stand."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(c for c in folded if unicodedata.category(c)[0] in _LETTERS_AND_DIGITS) in WORDS
