"""What a step hands over: a template's content, or content of the step's own, with its account and how often it is tried.

Purposes: marketing and service are messages to a person and obey the policy; handover gives people to the merchant's own
system (webhook.push), staff tells a staff member. The last two are no messages to a customer: no consent, caps, quiet hours.
"""

from dataclasses import dataclass
from typing import Any, Final

from channels.models import Account, Template

HANDOVER: Final = "handover"
STAFF: Final = "staff"
TO_CUSTOMERS: Final = ("marketing", "service")


@dataclass(frozen=True)
class Parcel:
    """retry: {"times", "seconds", "backoff"} of the step, or None: as channels.outcomes has it. template_id 0: none."""

    channel: str
    account_id: int
    template_id: int
    purpose: str
    content: Any
    retry: dict[str, Any] | None = None


def parcel_of(template: Template, retry: dict[str, Any] | None = None) -> Parcel:
    content = template.content if template.outgoing is None else template.outgoing
    return Parcel(template.channel, template.account_id, template.pk, template.purpose, content, retry)


def own_parcel(
    account_id: int, channel: str, purpose: str, content: Any, retry: dict[str, Any] | None = None
) -> Parcel:
    """Without a template. Raises Account.DoesNotExist when there is no such account of the channel."""
    account = Account.objects.get(pk=account_id, channel=channel)
    return Parcel(channel, account.pk, 0, purpose, content, retry)
