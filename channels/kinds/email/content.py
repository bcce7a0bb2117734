"""Content of an e-mail; variables in `html` are escaped."""

from pydantic import model_validator

from channels.errors import ChannelCode
from channels.fields import ui
from channels.registry import Kind, kinds
from kernel.errors import ProblemError
from kernel.language import Text
from kernel.schema import Body


class EmailContent(Body):
    subject: str = ui("主题", "Subject", liquid=True, min_length=1, max_length=300)
    html: str | None = ui("HTML 正文", "HTML body", None, liquid=True, widget="html", max_length=500_000)
    text: str | None = ui("纯文本正文", "Text body", None, liquid=True, widget="textarea", max_length=100_000)

    @model_validator(mode="after")
    def _says_something(self) -> "EmailContent":
        if not self.html and not self.text:
            raise ProblemError.at("", ChannelCode.EMPTY_CONTENT, fields="html, text")
        return self


kinds.register(
    "email",
    Kind("email", Text("邮件", "Email"), "email", EmailContent, frozenset({"html"}), {"html": "html", "text": "text"}),
)
