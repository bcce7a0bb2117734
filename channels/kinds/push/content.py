"""Content of an app push."""

from pydantic import Field

from channels.fields import ui
from channels.registry import Kind, kinds
from kernel.language import Text
from kernel.schema import Body


class PushContent(Body):
    title: str = ui("标题", "Title", liquid=True, min_length=1, max_length=200)
    body: str = ui("内容", "Body", liquid=True, widget="textarea", min_length=1, max_length=2000)
    extras: dict[str, str] = Field(default_factory=dict, max_length=30, json_schema_extra={
        "x-liquid": True, "x-ui": {"labels": {"zh": "附加字段", "en": "Extra fields"}, "widget": "map"}})  # fmt: skip


kinds.register("push", Kind("push", Text("App 推送", "App push"), "device", PushContent, links={"extras": "map"}))
