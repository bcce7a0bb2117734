"""What nodes refer to by id in other rooms: does it exist, what is it called, can it be used? Reads only."""

from collections.abc import Callable

from audiences import facade as audiences
from channels import facade as channels
from customers import staff_tasks
from kernel.access import row_id
from kernel.clock import db_now
from rewards import facade as rewards

_CHANNELS = {
    "webhook_account": "webhook",
    "wecom_account": "wecom_app",
}  # reference → channel that the account must be of


def name_of(what: str, key: str) -> str | None:
    """Name of an audience, template or package by the id in a node's settings; None when there is no such."""
    number = row_id(key)
    if number is None:
        return None
    readers: dict[str, Callable[[int], str | None]] = {
        "audience": audiences.audience_name,
        "template": channels.template_name,
        "package": rewards.package_name,
        "staff": staff_tasks.staff_name,
        **dict.fromkeys(_CHANNELS, channels.account_name),
    }
    return readers[what](number)


def unusable(what: str, key: str) -> list[str]:
    """Why an existing template or package can't be used now, in the reader's language."""
    if what == "template":
        return [p.detail for p in channels.template_problems(key)]
    if what == "package":
        shop = rewards.connector_of(int(key))
        problems = rewards.package_problems(int(key), db_now())
        problems += channels.account_problems(shop, "webhook") if shop is not None else []
        return [p.detail for p in problems]
    if what in _CHANNELS:
        return [p.detail for p in channels.account_problems(key, _CHANNELS[what])]
    return []
