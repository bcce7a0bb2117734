"""The addresses that a content names, as its author wrote them, and the content with variables in their places.

Only addresses whose host is written out are links: variables come after it, so that nobody's data chooses where we lead.
"""

import re
from collections.abc import Callable
from html import unescape
from typing import Any, Final
from urllib.parse import urlsplit

from django.utils.encoding import iri_to_uri

from channels.links import OPENED

LINKS: Final = "$links"  # in what is sent: addresses that have variables, filled in for each message and kept with it
TRACKED: Final = "tracked"
LONGEST: Final = 2000

_LIQUID = r"\{\{[^{}]*\}\}"
_ADDRESS = rf"https?://[A-Za-z0-9.:\[\]-]+(?:[/?#](?:{_LIQUID}|[A-Za-z0-9._~:/?#@!$&*+,;=%()-])*)?"
_IN_TEXT = re.compile(_ADDRESS)
_IN_HTML = re.compile(rf"""(<a\b[^>]*?\bhref\s*=\s*)(?:"({_ADDRESS})"|'({_ADDRESS})')""", re.IGNORECASE)
_WHOLE = re.compile(rf"\A{_ADDRESS}\Z")
_TRAILING = ".,;:!?)"  # closes a sentence, not an address

Known = Callable[[str], int]  # the id of the link of an address


def place(link_id: int) -> str:
    """The variable that stands for a link."""
    return f"l{link_id}"


def number(name: str) -> int:
    """The id again."""
    return int(name[1:])


def replaced(content: Any, fields: dict[str, str], known: Known) -> Any:
    """The content with its links tracked. fields: dotted path of a field → text, html, url (the whole field) or map (each value)."""
    found: dict[str, str] = {}

    def shorten(source: str) -> str:
        name = place(known(source))
        if "{{" in source:
            found[name] = source
        return "{{ " + f"{TRACKED}.{name}" + " }}"

    made = _walked(content, fields, shorten, "")
    return {**made, LINKS: found} if found else made


def _walked(content: Any, fields: dict[str, str], shorten: Callable[[str], str], path: str) -> Any:
    if path in fields:
        return _in_field(content, fields[path], shorten)
    if isinstance(content, dict):
        return {k: _walked(v, fields, shorten, f"{path}.{k}".lstrip(".")) for k, v in content.items()}
    return content


def _in_field(value: Any, how: str, shorten: Callable[[str], str]) -> Any:
    if how == "map" and isinstance(value, dict):
        return {k: _in_field(v, "url", shorten) for k, v in value.items()}
    if not isinstance(value, str):
        return value
    if how == "html":
        return _IN_HTML.sub(lambda m: _href(m, shorten), value)
    if how == "text":
        return _IN_TEXT.sub(lambda m: _in_sentence(m.group(), shorten), value)
    return shorten(value) if _WHOLE.match(value) and is_address(value) else value


def _href(found: re.Match[str], shorten: Callable[[str], str]) -> str:
    source = unescape(found[2] or found[3])
    return f'{found[1]}"{shorten(source)}"' if is_address(source) else found[0]


def _in_sentence(raw: str, shorten: Callable[[str], str]) -> str:
    source = raw.rstrip(_TRAILING) if not raw.endswith("}}") else raw
    return shorten(source) + raw[len(source) :] if is_address(source) else raw


def is_address(source: str) -> bool:
    """Has it a host that is written out, and nothing that a browser reads in two ways?"""
    try:
        parts = urlsplit(source)
        return bool(parts.scheme in ("http", "https") and parts.hostname and len(source) <= LONGEST and parts.port != 0)
    except ValueError:
        return False


def leads_to(source: str, filled: str) -> str | None:
    """`filled` where it is what `source` may have become: the same scheme and host, not too long."""
    start = source.split("{{")[0]
    if not filled.startswith(start) or len(filled) > LONGEST:
        return None
    filled = iri_to_uri(filled)  # blanks and line ends in somebody's data
    try:
        same = urlsplit(start)[:2] == urlsplit(filled)[:2]
    except ValueError:
        return None
    return filled if same else None


def with_picture(html: str) -> str:
    """The mail with the picture that tells that it was opened."""
    picture = f'<img src="{{{{ {TRACKED}.{place(OPENED)} }}}}" width="1" height="1" alt="" style="display:none">'
    at = html.lower().rfind("</body>")
    return html + picture if at < 0 else html[:at] + picture + html[at:]
