"""What becomes of a call, in the same words whoever made it: an answered one is delivered, any other has failed with its reason.

`detail` of such a receipt: result (below), duration (whole seconds), dtmf (keys that were pressed), hangup_by (customer or
machine), intent (what the customer wanted, by the provider's own names), recording_url.
"""

from typing import Any, Final

from kernel.language import Text

ANSWERED: Final = "answered"
RESULTS: Final[dict[str, Text]] = {
    ANSWERED: Text("已接听", "answered"), "no_answer": Text("无人接听", "not answered"), "busy": Text("占线", "busy"),
    "rejected": Text("拒接", "rejected"), "unreachable": Text("无法接通", "out of reach"), "switched_off": Text("关机", "switched off"),
    "suspended": Text("停机", "number suspended"), "bad_number": Text("号码不存在", "no such number"), "not_placed": Text("没有呼出", "not placed"),
}  # fmt: skip
# of a gateway's own receipts: event → result
EVENTS: Final = {
    "answered": ANSWERED, "completed": ANSWERED, "no_answer": "no_answer", "busy": "busy", "rejected": "rejected",
    "unreachable": "unreachable",
}  # fmt: skip


def told(result: str, detail: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """(event of the message, its detail)."""
    if result == ANSWERED:
        return "delivered", {"result": result, **detail}
    words = RESULTS[result]
    return "failed", {"result": result, "reason": f"{words.zh} · {words.en}", **detail}
