"""Content of an e-mail: blocks (compiled when the template is saved) or HTML of one's own; variables in `html` are escaped."""

import re
from typing import Any

from pydantic import Field, model_validator

from channels.errors import ChannelCode
from channels.fields import ui
from channels.kinds.email.blocks import Block, Look
from channels.kinds.email.building import html_of
from channels.kinds.email.wording import text_of
from channels.registry import Kind, kinds
from kernel.errors import FieldProblem, ProblemError, problem_at
from kernel.language import Text
from kernel.schema import Body

# RFC 8058: one click in the mail program stops, without a page
HEADERS = {"List-Unsubscribe": "<{{ unsubscribe_url }}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}

_SCRIPT = re.compile(r"<script\b|\son[a-z]+\s*=|javascript:", re.IGNORECASE)


class EmailContent(Body):
    subject: str = ui("主题", "Subject", liquid=True, min_length=1, max_length=300)
    subject_prefix: str | None = ui(
        "主题前缀", "Subject prefix", None, max_length=20,
        help=("营销邮件的主题以它开头,如“(广告)”或“AD”", "Marketing mails begin with it, such as “AD”"),
    )  # fmt: skip
    preheader: str | None = ui("摘要", "Preview line", None, liquid=True, max_length=300)
    blocks: list[Block] | None = Field(None, max_length=100, json_schema_extra={
        "x-liquid": True, "x-ui": {"labels": {"zh": "邮件内容", "en": "Mail"}, "widget": "blocks"}})  # fmt: skip
    look: Look | None = None
    html: str | None = ui("HTML 正文", "HTML body", None, liquid=True, widget="html", max_length=500_000)
    text: str | None = ui("纯文本正文", "Text body", None, liquid=True, widget="textarea", max_length=100_000)

    @model_validator(mode="after")
    def _says_something(self) -> "EmailContent":
        if not self.html and not self.text and not self.blocks:
            raise ProblemError.at("", ChannelCode.EMPTY_CONTENT, fields="html, text, blocks")
        if self.html and self.blocks:
            raise ProblemError.at("/html", ChannelCode.TWO_BODIES)
        return self


def composed(content: dict[str, Any], purpose: str) -> dict[str, Any]:
    """{"subject", "html", "text", "headers"}, without those that it has not."""
    blocks, look = content.get("blocks"), content.get("look") or Look().model_dump()
    html = html_of(blocks, look, content.get("preheader") or "") if blocks else content.get("html")
    text = content.get("text") or (text_of(blocks) if blocks else None)
    marketing = purpose == "marketing"
    prefix = content.get("subject_prefix") if marketing else None
    made = {
        "subject": (prefix or "") + content["subject"], "html": html, "text": text, "headers": HEADERS if marketing else None,
    }  # fmt: skip
    return {key: value for key, value in made.items() if value}


def _doubtful(content: dict[str, Any], purpose: str) -> list[FieldProblem]:
    found = []
    html = composed(content, purpose).get("html", "")
    if purpose == "marketing" and "unsubscribe_url" not in html + content.get("text", ""):
        found.append(problem_at("/content", ChannelCode.NO_WAY_OUT))
    if _SCRIPT.search(html):
        found.append(problem_at("/content/html", ChannelCode.SCRIPTS_GO))
    return found


kinds.register(
    "email",
    Kind(
        "email", Text("邮件", "Email"), "email", EmailContent, frozenset({"html"}), {"html": "html", "text": "text"},
        composed, doubtful=_doubtful, bounces=True,
    ),
)  # fmt: skip
