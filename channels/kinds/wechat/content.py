"""Contents of the official account's three ways to send; names as in its own documents."""

from typing import Any, Literal

from pydantic import Field

from channels.fields import ui
from channels.limits import bytes_problems, data_problems, missing_part
from channels.registry import Kind, kinds
from kernel.errors import FieldProblem
from kernel.language import Text
from kernel.schema import Body


class MiniProgramLink(Body):
    appid: str = ui("小程序 AppID", "Mini-program AppID", max_length=100)
    pagepath: str | None = ui("页面路径", "Page path", None, liquid=True, max_length=1000)


class WeChatTemplateContent(Body):
    template_id: str = ui("模板 ID", "Template id", max_length=100)
    data: dict[str, str] = Field(default_factory=dict, max_length=30, json_schema_extra={
        "x-liquid": True, "x-ui": {"labels": {"zh": "模板数据", "en": "Template data"}, "widget": "map"}})  # fmt: skip
    url: str | None = ui("跳转链接", "Link", None, liquid=True, max_length=2000)
    miniprogram: MiniProgramLink | None = None


class TextPart(Body):
    content: str = ui("文字", "Text", liquid=True, widget="textarea", min_length=1, max_length=2000)


class MediaPart(Body):
    media_id: str = ui("素材 ID", "Media id", max_length=200)


class WeChatServiceContent(Body):
    msgtype: Literal["text", "image", "mpnews"] = ui("类型", "Type", "text", widget="select")
    text: TextPart | None = None
    image: MediaPart | None = None
    mpnews: MediaPart | None = None


def _service(content: dict[str, Any]) -> list[FieldProblem]:
    return missing_part(content) + bytes_problems(content, {"text.content": 2048})


kinds.register(
    "wechat_template",
    Kind(
        "wechat_template",
        Text("公众号模板消息", "WeChat template message"),
        "openid",
        WeChatTemplateContent,
        links={"url": "url"},
        refused=lambda content: data_problems(content["data"]),
        service_only=True,
    ),
)
kinds.register(
    "wechat_service",
    Kind(
        "wechat_service",
        Text("公众号客服消息", "WeChat customer-service message"),
        "openid",
        WeChatServiceContent,
        links={"text.content": "text"},
        refused=_service,
    ),
)
kinds.register(
    "wechat_mass",
    Kind(
        "wechat_mass",
        Text("公众号群发", "WeChat mass message"),
        "openid",
        WeChatServiceContent,
        links={"text.content": "text"},
        refused=_service,
    ),
)
