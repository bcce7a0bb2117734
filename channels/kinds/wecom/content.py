"""Contents of WeCom: application messages to staff, and messages to customers by external contact."""

from typing import Any, Literal

from pydantic import Field

from channels.fields import ui
from channels.limits import bytes_problems, missing_part
from channels.registry import Kind, kinds
from kernel.errors import FieldProblem
from kernel.language import Text
from kernel.schema import Body

_APP_BYTES = {"text.content": 2048, "markdown.content": 2048, "textcard.title": 128, "textcard.description": 512}


class TextPart(Body):
    content: str = ui("文字", "Text", liquid=True, widget="textarea", min_length=1, max_length=4000)


class CardPart(Body):
    title: str = ui("标题", "Title", liquid=True, max_length=128)
    description: str = ui("描述", "Description", liquid=True, widget="textarea", max_length=512)
    url: str = ui("链接", "Link", liquid=True, max_length=2000)


class WeComAppContent(Body):
    msgtype: Literal["text", "markdown", "textcard"] = ui("类型", "Type", "text", widget="select")
    text: TextPart | None = None
    markdown: TextPart | None = None
    textcard: CardPart | None = None


class WeComCustomerContent(Body):
    text: TextPart
    attachments: list[dict[str, Any]] = Field(default_factory=list, max_length=9, json_schema_extra={
        "x-ui": {"labels": {"zh": "附件", "en": "Attachments"}, "widget": "json"}})  # fmt: skip


def _app(content: dict[str, Any]) -> list[FieldProblem]:
    return missing_part(content) + bytes_problems(content, _APP_BYTES)


kinds.register(
    "wecom_app",
    Kind("wecom_app", Text("企业微信应用消息", "WeCom application message"), "userid", WeComAppContent, refused=_app),
)
kinds.register(
    "wecom_customer",
    Kind(
        "wecom_customer",
        Text("企业微信客户消息", "WeCom customer message"),
        "external_userid",
        WeComCustomerContent,
        links={"text.content": "text"},
        refused=lambda content: bytes_problems(content, {"text.content": 4000}),
    ),
)
