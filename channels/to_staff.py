"""Messages to staff members: the ledger's `customer_id` is the member's id, and what they read is theirs, not a customer's."""

from collections.abc import Sequence
from typing import Any

from channels.rendering import Context
from customers import staff_tasks
from customers.models import Staff
from customers.staff import staff_phone
from kernel.step import Step


def staff_contexts(ids: Sequence[int], step: Step) -> dict[int, Context]:
    """What a message to a member may read: who they are, and how many open tasks the step has for them."""
    tasks = staff_tasks.staff_of_step(step)
    return {
        member.pk: {
            "customer": {"id": str(member.pk), "external_id": member.external_id},
            "staff": {"id": str(member.pk), "external_id": member.external_id, "name": member.name},
            "tasks": tasks.get(member.pk, 0),
        }
        for member in Staff.objects.filter(pk__in=ids)
    }


def staff_addresses(identity: str | None, ids: Sequence[int]) -> dict[int, str]:
    """WeCom knows staff by `userid`: the attribute of that name, else the external id. Phones are the staff's own."""
    if identity is None:
        return {}
    found: dict[int, Any] = {}
    for member in Staff.objects.filter(pk__in=ids):
        by_name = member.attributes.get(identity) or (member.external_id if identity == "userid" else None)
        found[member.pk] = staff_phone(member) if identity == "phone" else by_name
    return {member: str(address) for member, address in found.items() if address}
