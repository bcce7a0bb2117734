"""Content of a webhook: any JSON; texts inside it take variables."""

from typing import Any

from channels.fields import ui
from channels.registry import Kind, kinds
from kernel.language import Text
from kernel.schema import Body


class WebhookContent(Body):
    body: Any = ui("内容", "Body", liquid=True, widget="json")


kinds.register("webhook", Kind("webhook", Text("Webhook", "Webhook"), None, WebhookContent))
