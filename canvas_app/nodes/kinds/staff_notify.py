"""staff.notify: a task (导购任务) for the people who look after these customers, and word of it by WeCom if wished."""

from collections.abc import Iterable
from typing import Any, Literal

from pydantic import Field

from canvas_app.nodes.base import Arrivals, ByEvent, Context, NodeType, Port, Ports, Result, Whose, register, ui
from canvas_app.nodes.durations import Duration
from customers.staff_tasks import Same
from kernel.language import Text
from kernel.schema import Body


class Member(Body):
    staff: str = Field(min_length=1, max_length=32)


class Alike(Body):
    """Staff who have the customer's own value of an attribute: a region, a shop."""

    same: str = Field(min_length=1, max_length=200)


class OfEvent(Body):
    """Whom the event that let the customer in names in this property, by external id; or that member's manager."""

    event: str = Field(min_length=1, max_length=200)
    manager: bool = False


class Config(Body):
    """to: owner (whom the customer came to last), first_added (who had them first), all, the owner's manager, one member, by
    an attribute that customer and staff have alike, or the member tied to the event."""

    to: Literal["owner", "all", "first_added", "manager"] | Member | Alike | OfEvent = Field(
        "owner", json_schema_extra=ui("staff-to", "交给谁", "Whose task", order=1)
    )
    title: str = Field(
        min_length=1, max_length=200, json_schema_extra={"x-liquid": True, **ui("text", "任务标题", "Title", order=2)}
    )
    text: str = Field(
        "", max_length=4000, json_schema_extra={"x-liquid": True, **ui("textarea", "任务说明", "What to do", order=3)}
    )
    due_in: Duration | None = Field(None, json_schema_extra=ui("duration", "完成期限", "Due in", order=4))
    account: str | None = Field(
        None,
        json_schema_extra=ui(
            "account-picker", "同时发企业微信", "Tell them by WeCom", order=5, channel="wecom_app",
            help={"zh": "每位员工每步只收到一条汇总", "en": "One summary a member and step"},
        ),
    )  # fmt: skip


def _whose(to: str | Member | Alike | OfEvent) -> Whose:
    if isinstance(to, Member):
        return int(to.staff)
    if isinstance(to, OfEvent):
        return ByEvent(to.event, to.manager)
    return Same(to.same) if isinstance(to, Alike) else to


@register
class StaffNotify(NodeType[Config]):
    type = "staff.notify"
    family = "message"
    labels = Text("导购任务", "Staff task")
    help = Text(
        "给负责这些客户的员工生成任务;没有员工的客户走单独的出口",
        "Makes a task for the staff who look after these customers; those without any have a way out of their own",
    )
    pinyin = "daogourenwu dgrw yuangongrenwu"
    summary = Text("任务:{{title}}", "Task: {{title}}")
    ports = Ports(
        inputs=(Port("in", "人群", "people"),),
        outputs=(
            Port("out", "已派任务", "task made", optional=True), Port("no_staff", "没有员工", "no staff", optional=True),
            Port("failed", "失败", "failed", optional=True),
        ),
    )  # fmt: skip
    chunk = 20_000
    model = Config

    def process(self, ctx: Context, config: Config, arrived: Arrivals) -> Result:
        to = _whose(config.to)
        due_at = ctx.now + config.due_in.delta if config.due_in else None
        made = ctx.assign(to, config.title, config.text, arrived.everybody, due_at=due_at, account=config.account)
        out = {"out": made.out, "no_staff": made.no_staff, "failed": made.failed}
        return Result(out={port: people for port, people in out.items() if people})

    def references(self, config: dict[str, Any]) -> Iterable[tuple[str, str, str]]:
        to = config.get("to")
        if isinstance(to, dict) and to.get("staff"):
            yield "staff", str(to["staff"]), "/to"
        if isinstance(to, dict) and to.get("same"):
            yield "attribute", str(to["same"]), "/to"
        if config.get("account"):
            yield "wecom_account", str(config["account"]), "/account"

    def texts(self, config: dict[str, Any]) -> Iterable[tuple[Any, str]]:
        yield config.get("title"), "/title"
        yield config.get("text"), "/text"
