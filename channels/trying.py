"""A test of a template: really sent by its account to somebody who looks at it. Not in the ledger, and counts for nothing."""

import uuid
from datetime import datetime
from typing import Any

from pydantic import Field, model_validator

from channels.contract import Outbound
from channels.errors import ChannelCode
from channels.limiter import take
from channels.models import Template
from channels.policy import plan, rules_of
from channels.registry import Kind, kinds
from channels.rehearsal import outcome_of_test
from channels.services.previews import filled_in
from customers import identities
from kernel.access import row_id
from kernel.clock import db_now
from kernel.errors import Code, ProblemError
from kernel.schema import Body
from kernel.sets import people
from tenants.scope import current_tenant_id

_PER_SECOND = 2


class TemplateTestIn(Body):
    """to: an address of the channel. customer: as whom it is filled in, and to whom it goes where there is no `to`."""

    to: str | None = Field(None, min_length=1, max_length=300)
    customer: str | None = None

    @model_validator(mode="after")
    def _somebody(self) -> "TemplateTestIn":
        if self.to is None and self.customer is None:
            raise ProblemError.at("/to", ChannelCode.NOBODY_TO_TEST)
        return self


def template_test(template: Template, sent: TemplateTestIn) -> dict[str, Any]:
    """{"ok", "detail", "to", "content"}; `to` is masked. Raises RATE_LIMITED, NO_ADDRESS_TO_TEST, TEST_HELD_BACK."""
    _slowly()
    kind = kinds[template.channel]
    to = (sent.to and _spelt(kind, sent.to)) or _address(kind, template, sent.customer, db_now())
    content = filled_in(kind, template.purpose, template.content, sent.customer)
    outbound = Outbound(
        f"test-{uuid.uuid4()}", template.channel, template.purpose, to, 0, None, content, "", "", "", ""
    )
    said = outcome_of_test(template.account, outbound)
    return {**said, "to": identities.mask(kind.identity, to) if kind.identity else to, "content": content}


def _slowly() -> None:
    granted, wait = take(f"test:{current_tenant_id()}", _PER_SECOND, 1)
    if not granted:
        raise ProblemError(Code.RATE_LIMITED, seconds=max(1, round(wait)), extra={"retry_after": max(1, round(wait))})


def _spelt(kind: Kind, to: str) -> str:
    """As the channel's addresses are written."""
    spelt = identities.normalise(kind.identity, to) if kind.identity else to
    if spelt is None:
        raise ProblemError.at("/to", ChannelCode.NO_ADDRESS_TO_TEST, channel=kind.labels.say())
    return spelt


def _address(kind: Kind, template: Template, customer: str | None, now: datetime) -> str:
    """The customer's own. Who does not want messages, or may not get them now, gets no test either."""
    if customer is None or row_id(customer) is None:
        raise ProblemError.at("/customer", ChannelCode.NO_SUCH_CUSTOMER)
    who = people([int(customer)])
    decided = plan(rules_of(template.channel, template.purpose, None), who, now)
    if not decided.send:
        reason = next((reason for reason, group in decided.held.items() if group & who), "later")
        raise ProblemError.at("/customer", ChannelCode.TEST_HELD_BACK, reason=reason)
    found = identities.addresses(kind.identity, who).get(int(customer)) if kind.identity else ""
    if found is None:
        raise ProblemError.at("/customer", ChannelCode.NO_ADDRESS_TO_TEST, channel=kind.labels.say())
    return found
