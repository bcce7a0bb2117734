"""Blocks → MJML → HTML. Everything that an author wrote is escaped; Liquid goes past MJML unread and is put back behind it."""

import re
from collections.abc import Callable
from functools import lru_cache
from hashlib import blake2b
from html import escape, unescape
from typing import Any

import orjson
from mjml import mjml2html

from channels.kinds.email.blocks import BOLD, LINK, is_href
from kernel.errors import Code, ProblemError

_LIQUID = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
_PARTS = re.compile(f"({_LIQUID.pattern})", re.DOTALL)
_FONTS = "-apple-system,'PingFang SC','Microsoft YaHei',Helvetica,Arial,sans-serif"


class _Aside:
    """What goes past MJML (which rewrites attributes in its own way), by the mark that stands for it."""

    def __init__(self, raw: bytes) -> None:
        self.name = "aside" + blake2b(raw, digest_size=9).hexdigest()  # nobody can write it into the mail itself
        self.kept: list[str] = []

    def put(self, html: str) -> str:
        self.kept.append(html)
        return f"{self.name}x{len(self.kept) - 1}x"

    def back(self, html: str) -> str:
        return re.sub(f"{self.name}x(\\d+)x", lambda m: self.kept[int(m[1])], html)


def html_of(blocks: list[dict[str, Any]], look: dict[str, Any], preheader: str) -> str:
    """Kept for the next time that the same is asked."""
    return _html_of(orjson.dumps([blocks, look, preheader]))


@lru_cache(maxsize=256)
def _html_of(raw: bytes) -> str:
    blocks, look, preheader = orjson.loads(raw)
    aside = _Aside(raw)
    say = _Sayer(aside, look)
    body = "".join(say.section(block) for block in blocks)
    mjml = f"<mjml><mj-head>{_head(look)}<mj-preview>{say.plain(preheader)}</mj-preview></mj-head>" + (
        f'<mj-body background-color="{look["background"]}">{body}</mj-body></mjml>'
    )
    try:
        return aside.back(str(mjml2html(mjml, disable_comments=True)))
    except ValueError as error:
        raise ProblemError.at("/content/blocks", Code.BAD_VALUE, reason=str(error)[:200]) from error


def _head(look: dict[str, Any]) -> str:
    return (
        f'<mj-attributes><mj-all font-family="{_FONTS}" /><mj-text font-size="15px" line-height="1.7" color="#1f2937" />'
        f'<mj-button background-color="{look["color"]}" border-radius="6px" font-size="15px" />'
        '<mj-section background-color="#ffffff" padding="0" /></mj-attributes>'
    )


class _Sayer:
    """Blocks as MJML. Each kind has a method of its name."""

    def __init__(self, aside: _Aside, look: dict[str, Any]) -> None:
        self.aside, self.color = aside, look["color"]

    def plain(self, text: str) -> str:
        """Escaped, but for Liquid: its values are escaped when they are filled in."""
        return "".join(
            self.aside.put(part) if _LIQUID.fullmatch(part) else escape(part, quote=True) for part in _PARTS.split(text)
        )

    def attribute(self, text: str) -> str:
        parts = (part if _LIQUID.fullmatch(part) else escape(part, quote=True) for part in _PARTS.split(text))
        return self.aside.put("".join(parts))

    def rich(self, text: str) -> str:
        """**bold**, [words](address) and line ends."""
        said = LINK.sub(self._link, self.plain(text))
        return BOLD.sub(r"<b>\1</b>", said).replace("\n", "<br/>")

    def _link(self, found: re.Match[str]) -> str:
        address = self.aside.back(unescape(found[2]))
        if not is_href(address):
            return found[0]
        return f'<a href="{self.attribute(address)}" style="color:{self.color}">{found[1]}</a>'

    def section(self, block: dict[str, Any]) -> str:
        columns = block["columns"] if block["type"] == "columns" else [[block]]
        made = "".join(f"<mj-column>{''.join(map(self.block, column))}</mj-column>" for column in columns)
        return f"<mj-section>{made}</mj-section>"

    def block(self, block: dict[str, Any]) -> str:
        say: Callable[[dict[str, Any]], str] = getattr(self, f"_{block['type']}")
        return say(block)

    def _heading(self, block: dict[str, Any]) -> str:
        size, level = {1: 26, 2: 21, 3: 17}[block["level"]], block["level"]
        words = f'<h{level} style="margin:0;font-size:{size}px">{self.plain(block["text"])}</h{level}>'
        return f'<mj-text align="{block["align"]}" font-size="{size}px" line-height="1.35">{words}</mj-text>'

    def _text(self, block: dict[str, Any]) -> str:
        return f'<mj-text align="{block["align"]}">{self.rich(block["text"])}</mj-text>'

    def _image(self, block: dict[str, Any]) -> str:
        href = f' href="{self.attribute(block["href"])}"' if block.get("href") else ""
        width = f' width="{block["width"]}px"' if block.get("width") else ""
        return f'<mj-image src="{self.attribute(block["src"])}" alt="{self.attribute(block["alt"])}"{href}{width} />'

    def _button(self, block: dict[str, Any]) -> str:
        return f'<mj-button align="{block["align"]}" href="{self.attribute(block["href"])}">{self.plain(block["text"])}</mj-button>'

    def _divider(self, block: dict[str, Any]) -> str:
        return '<mj-divider border-width="1px" border-color="#e5e7eb" />'

    def _coupon(self, block: dict[str, Any]) -> str:
        code = f'<br/><span style="font-size:24px;letter-spacing:2px;color:{self.color}">{self.plain(block["code"])}</span>'
        note = (
            f'<br/><span style="font-size:13px;color:#6b7280">{self.rich(block["note"])}</span>'
            if block["note"]
            else ""
        )
        words = f"<b>{self.plain(block['title'])}</b>{code if block['code'] else ''}{note}"
        made = f'<mj-text align="center" container-background-color="#f0fdfa" padding="20px 25px">{words}</mj-text>'
        if block["button"] and block.get("href"):
            made += self._button({"align": "center", "href": block["href"], "text": block["button"]})
        return made

    def _footer(self, block: dict[str, Any]) -> str:
        link = self.attribute("{{ unsubscribe_url }}")
        leave = (
            f'<a href="{link}" style="color:#6b7280">{self.plain(block["unsubscribe"])}</a>'
            if block["unsubscribe"]
            else ""
        )
        words = "<br/>".join(part for part in (self.rich(block["text"]), leave) if part)
        return f'<mj-text align="center" font-size="12px" color="#6b7280">{words}</mj-text>'
