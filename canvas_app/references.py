"""What nodes refer to by id in other rooms: does it exist, what is it called, can it be used? Reads only."""

from audiences import facade as audiences
from channels import facade as channels
from kernel.access import row_id
from kernel.clock import db_now
from rewards import facade as rewards


def name_of(what: str, key: str) -> str | None:
    """Name of an audience, template or package by the id in a node's settings; None when there is no such."""
    number = row_id(key)
    if number is None:
        return None
    readers = {
        "audience": audiences.audience_name,
        "template": channels.template_name,
        "package": rewards.package_name,
    }
    return readers[what](number)


def unusable(what: str, key: str) -> list[str]:
    """Why an existing template or package can't be used now, in the reader's language."""
    if what == "template":
        return [p.detail for p in channels.template_problems(key)]
    if what == "package":
        return [p.detail for p in rewards.package_problems(int(key), db_now())]
    return []
