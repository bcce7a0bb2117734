"""Renders queued messages before their intent: profiles, addresses and texts for a chunk of people at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from channels import templating
from channels.contract import AccountNow, Outbound
from channels.jobs import Job
from channels.registry import Kind, kinds
from channels.rendering import Context, contexts, needs_link, unsubscribe_url
from customers import identities
from kernel.errors import ProblemError
from kernel.events import ask
from kernel.sets import people
from tenants.scope import current_tenant_id


@dataclass(slots=True)
class Prepared:
    """A message ready for its intent; `problem` says why it can't be rendered."""

    job: Job
    message_id: int
    customer_id: int
    outbound: Outbound | None = None
    problem: str = ""


def message_key(tenant_id: int, message_id: int) -> str:
    """The id outside, unique over tenants."""
    return f"{tenant_id}-{message_id}"


def read_message_key(raw: str) -> tuple[int, int] | None:
    tenant, _, message = raw.partition("-")
    if not (tenant.isascii() and tenant.isdigit() and message.isascii() and message.isdigit()) or len(raw) > 36:
        return None
    return int(tenant), int(message)


def prepare(account: AccountNow, waiting: Sequence[Prepared]) -> None:
    """Fill in `outbound` or `problem` of each. Each customer at most once; runs in the tenant's scope."""
    kind = kinds[account.channel]
    group = people(p.customer_id for p in waiting)
    found = contexts(group)
    _ask_each_job(waiting, found)
    to = identities.addresses(kind.identity, group) if kind.identity else {}
    for one in waiting:
        _render(kind, account, one, found.get(one.customer_id), to.get(one.customer_id, ""))


def _ask_each_job(waiting: Sequence[Prepared], found: dict[int, Context]) -> None:
    """Events and rewards of the step that brought each of them here."""
    by_job: dict[int, list[Prepared]] = {}
    for one in waiting:
        by_job.setdefault(one.job.id, []).append(one)
    for part in by_job.values():
        for answer in ask("channels.context", step=part[0].job.step, people=people(p.customer_id for p in part)):
            for customer, extra in answer.items():
                if customer in found:
                    found[customer].update({k: v for k, v in extra.items() if v})


def _render(kind: Kind, account: AccountNow, one: Prepared, context: Context | None, to: str) -> None:
    if context is None:
        return  # gone since; the policy finds no address either
    content, job = one.job.content, one.job
    if needs_link(content, kind.html):
        context = {**context, "unsubscribe_url": unsubscribe_url(one.customer_id, kind.key, one.message_id)}
    try:
        shown: Any = templating.render(content, kind.html, context)
    except ProblemError as problem:
        one.problem = f"content:{problem.params.get('reason', 'render')}"[:100]
        return
    one.outbound = Outbound(
        message_key(current_tenant_id(), one.message_id), kind.key, job.purpose, to, one.customer_id,
        context["customer"]["external_id"], shown, str(job.step.canvas_id), str(job.step.run_id), job.step.node,
        job.step.variant,
    )  # fmt: skip
