"""Content of a subscription message; names as in the platform's documents."""

from typing import Literal

from pydantic import Field

from channels.fields import ui
from channels.limits import data_problems
from channels.registry import Kind, kinds
from kernel.language import Text
from kernel.schema import Body


class MiniProgramContent(Body):
    template_id: str = ui("模板 ID", "Template id", max_length=100)
    data: dict[str, str] = Field(default_factory=dict, max_length=30, json_schema_extra={
        "x-liquid": True, "x-ui": {"labels": {"zh": "模板数据", "en": "Template data"}, "widget": "map"}})  # fmt: skip
    page: str | None = ui("跳转页面", "Page", None, liquid=True, max_length=1000)
    miniprogram_state: Literal["developer", "trial", "formal"] = ui("版本", "Edition", "formal", widget="select")


kinds.register(
    "miniprogram",
    Kind(
        "miniprogram",
        Text("小程序订阅消息", "Mini-program message"),
        "openid",
        MiniProgramContent,
        refused=lambda content: data_problems(content["data"]),
        service_only=True,
    ),
)
