"""Blocks as plain text, for the part of a mail that has no pictures."""

from typing import Any

from channels.kinds.email.blocks import BOLD, LINK, simple_blocks


def text_of(blocks: list[dict[str, Any]]) -> str:
    said = (_said(block) for block in simple_blocks(blocks))
    return "\n\n".join(words for words in said if words)


def _said(block: dict[str, Any]) -> str:
    kind = block["type"]
    if kind == "divider":
        return "----"
    if kind == "image":
        return _joined(block["alt"], block.get("href"))
    if kind == "button":
        return _joined(block["text"], block["href"])
    if kind == "coupon":
        lines = (block["title"], block["code"], _plain(block["note"]), _joined(block["button"], block.get("href")))
        return "\n".join(line for line in lines if line)
    if kind == "footer":
        leave = _joined(block["unsubscribe"], "{{ unsubscribe_url }}") if block["unsubscribe"] else ""
        return "\n".join(line for line in (_plain(block["text"]), leave) if line)
    return _plain(block["text"])


def _joined(words: str, address: str | None) -> str:
    """Words and where they lead; an address alone says nothing."""
    return f"{words}: {address}" if words and address else words


def _plain(text: str) -> str:
    return BOLD.sub(r"\1", LINK.sub(r"\1: \2", text))
