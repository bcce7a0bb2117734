"""The blocks of which an e-mail is built, as they are kept. Texts take variables, **bold** and [words](https://…)."""

import re
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field

from channels.errors import ChannelCode
from kernel.errors import ProblemError
from kernel.schema import Body

BOLD = re.compile(r"\*\*(.+?)\*\*", re.DOTALL)
LINK = re.compile(r"\[([^\]\n]+)\]\(((?:\{\{.*?\}\}|[^)\s])+)\)")
_HREF = re.compile(r"\A(https?://[^\s{]+.*|mailto:[^\s{]+|tel:[+0-9-]+|\{\{\s*unsubscribe_url\s*\}\})\Z", re.IGNORECASE)
_PICTURE = re.compile(r"\Ahttps?://[^\s{]+.*\Z", re.IGNORECASE)


def is_href(address: str) -> bool:
    """May a link lead there? A variable alone might hold javascript:."""
    return bool(_HREF.match(address)) and not any(ord(c) < 32 for c in address)


def _href(address: str) -> str:
    if not is_href(address):
        raise ProblemError.at("", ChannelCode.BAD_LINK)
    return address


def _picture(address: str) -> str:
    if not _PICTURE.match(address):
        raise ProblemError.at("", ChannelCode.BAD_LINK)
    return address


Href = Annotated[str, Field(max_length=2000), AfterValidator(_href)]
Words = Annotated[str, Field(min_length=1, max_length=10_000)]
Color = Annotated[str, Field(pattern=r"^#[0-9a-fA-F]{6}$")]
Align = Literal["left", "center", "right"]


class Heading(Body):
    type: Literal["heading"]
    text: Annotated[str, Field(min_length=1, max_length=300)]
    level: Literal[1, 2, 3] = 1
    align: Align = "left"


class Paragraph(Body):
    type: Literal["text"]
    text: Words
    align: Align = "left"


class Image(Body):
    type: Literal["image"]
    src: Annotated[str, Field(max_length=2000), AfterValidator(_picture)]
    alt: Annotated[str, Field(max_length=300)] = ""
    href: Href | None = None
    width: Annotated[int, Field(ge=16, le=600)] | None = None


class Button(Body):
    type: Literal["button"]
    text: Annotated[str, Field(min_length=1, max_length=200)]
    href: Href
    align: Align = "center"


class Divider(Body):
    type: Literal["divider"]


class Coupon(Body):
    type: Literal["coupon"]
    title: Annotated[str, Field(min_length=1, max_length=200)]
    code: Annotated[str, Field(max_length=200)] = "{{ reward.code }}"
    note: Annotated[str, Field(max_length=500)] = ""
    button: Annotated[str, Field(max_length=200)] = ""
    href: Href | None = None


class Footer(Body):
    type: Literal["footer"]
    text: Annotated[str, Field(max_length=2000)] = ""
    unsubscribe: Annotated[str, Field(max_length=100)] = "退订"


Simple = Annotated[Heading | Paragraph | Image | Button | Divider | Coupon, Field(discriminator="type")]


class Columns(Body):
    type: Literal["columns"]
    columns: Annotated[list[Annotated[list[Simple], Field(max_length=20)]], Field(min_length=2, max_length=3)]


Block = Annotated[
    Heading | Paragraph | Image | Button | Divider | Coupon | Footer | Columns, Field(discriminator="type")
]


class Look(Body):
    """How the mail looks as a whole."""

    color: Color = "#0f766e"
    background: Color = "#f4f7f6"


def simple_blocks(blocks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """All blocks in the order of reading, those in columns too."""
    found = []
    for block in blocks:
        inside = [one for column in block["columns"] for one in column] if block["type"] == "columns" else [block]
        found += inside
    return found
