"""What steps that hand people to the channels share: waiting for the outcome, trying again, and what becomes of failures."""

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import Field

from canvas_app.nodes.base import ALREADY_SERVED, FAILED, Park, Pending, Port, Result, Touched, ui
from canvas_app.nodes.durations import Duration
from kernel.schema import Body
from kernel.sets import union

SENDING = "sending:"
SENT_PORT = Port("sent", "已发送", "sent", optional=True)
FAILED_PORT = Port(FAILED, "失败", "failed", optional=True)
OUT_PORT = Port("out", "全部", "everybody", optional=True)
_BACK_OFFS = [
    {"value": "exponential", "labels": {"zh": "每次加倍", "en": "doubles each time"}},
    {"value": "fixed", "labels": {"zh": "固定不变", "en": "always the same"}},
]


class Retry(Body):
    """How often it is tried again after the first time, and how long to wait before."""

    times: int = Field(3, ge=0, le=10, json_schema_extra=ui("number", "重试次数", "Times", order=1))
    wait: Duration = Field(
        default_factory=lambda: Duration.model_validate({"seconds": 10}),
        json_schema_extra=ui("duration", "间隔", "Wait", order=2),
    )
    backoff: Literal["fixed", "exponential"] = Field(
        "exponential", json_schema_extra=ui("select", "间隔变化", "Back-off", order=3, options=_BACK_OFFS)
    )

    def carried(self) -> dict[str, Any]:
        """As the send job carries it."""
        return {"times": self.times, "seconds": max(self.wait.delta.total_seconds(), 1.0), "backoff": self.backoff}


def retry_field(order: int) -> Any:
    return Field(
        None,
        json_schema_extra=ui(
            "object", "失败重试", "Try again", order=order, addable=True,
            help={"zh": "不填则最多发 3 次;结果未知的消息只有在网关能去重时才会重试",
                  "en": "Left out: 3 tries in all. What may have arrived is only repeated where the gateway drops repeats"},
        ),
    )  # fmt: skip


def on_failure_field(order: int) -> Any:
    return Field(
        "leave",
        json_schema_extra=ui(
            "select", "仍然失败时", "If it still fails", order=order,
            help={"zh": "没有连接“失败”出口时起作用", "en": "Where the way out “failed” leads nowhere"},
            options=[
                {"value": "leave", "labels": {"zh": "离开画布(计入失败)", "en": "they leave, counted as failed"}},
                {"value": "task", "labels": {"zh": "生成人工任务", "en": "make a task for a person"}},
            ],
        ),
    )  # fmt: skip


def carried(retry: Retry | None) -> dict[str, Any] | None:
    return retry.carried() if retry else None


def handed(touched: Touched) -> Result:
    """Those held back leave at once, those put off are parked, the rest waits for the outcome. Who was sent to before they
    came over from an older version goes on as sent."""
    out = {"suppressed": union(touched.held.values())} if touched.held else {}
    again = touched.again
    return Result(
        out={**out, "sent": again} if again else out,
        park=[Park(until, people) for until, people in touched.later],
        pending=[Pending(f"{SENDING}{job}", people) for job, people in touched.jobs],
        held={**touched.held, ALREADY_SERVED: again} if again else touched.held,
    )


def wants_task(config: Any, wired: Mapping[str, Any] | set[str]) -> bool:
    """Do failures of this step become tasks for people? Not where a fallback path is drawn."""
    return getattr(config, "on_failure", "leave") == "task" and FAILED not in wired
