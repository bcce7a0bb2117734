"""Renders queued messages before their intent: profiles, addresses and texts for a chunk of people at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from channels import declaring, links
from channels.contract import AccountNow, Outbound
from channels.declaring import LINKS, TRACKED
from channels.jobs import Job
from channels.mixed import Waves
from channels.parcel import HANDOVER, STAFF
from channels.registry import Kind, kinds
from channels.rendering import Context, context_of, contexts, unsubscribe_url
from channels.templating import LINK, OPENED_LINK, Compiled, compiled
from channels.to_staff import staff_addresses, staff_contexts
from customers import identities
from customers.glance import Glance
from customers.people import mask_secrets, once_sensitive
from customers.sealed import opened
from kernel.errors import ProblemError
from kernel.events import ask
from kernel.sets import People, people
from kernel.step import Step
from tenants.scope import current_tenant_id
from tenants.settings import tenant_now


@dataclass(slots=True)
class Prepared:
    """A message ready for its intent; `problem` says why it can't be rendered."""

    job: Job
    message_id: int
    customer_id: int
    counted: date | None = None  # the day on which it counts against the caps already
    outbound: Outbound | None = None
    masked: Any = None  # the content without the sensitive attributes that it shows
    problem: str = ""
    links: dict[str, str] | None = None  # where its links with variables lead: kept in the ledger, not sent

    @property
    def kept(self) -> Any:
        """The content as the ledger has it: masked, where it shows sensitive attributes."""
        content = self.outbound.content if self.outbound and self.masked is None else self.masked
        return {**content, LINKS: self.links} if content and self.links else content


def message_key(tenant_id: int, message_id: int) -> str:
    """The id outside, unique over tenants."""
    return f"{tenant_id}-{message_id}"


def read_message_key(raw: str) -> tuple[int, int] | None:
    tenant, _, message = raw.partition("-")
    if not (tenant.isascii() and tenant.isdigit() and message.isascii() and message.isdigit()) or len(raw) > 36:
        return None
    return int(tenant), int(message)


@dataclass(slots=True)
class Readings:
    """What was read of the people in a chunk, so that their messages can be rendered without the database."""

    tenant_id: int
    account: AccountNow
    contexts: dict[int, Context]
    to: dict[int, str]
    secrets: dict[int, dict[str, Any]]  # customer → sensitive attributes in plain, of those that the texts show
    start: str = ""  # of the tenant's short links, where there are any


def read(account: AccountNow, waiting: Sequence[Prepared]) -> Readings:
    """Profiles, events, rewards and addresses, a query each. Each customer at most once; runs in the tenant's scope."""
    kind = kinds[account.channel]
    found, to = _staff(kind, waiting) if _is_to_staff(waiting) else _customers(kind, waiting)
    return Readings(current_tenant_id(), account, found, to, _secrets(kind, waiting, found), _start(kind, waiting))


def read_seen(account: AccountNow, waiting: Sequence[Prepared], seen: Glance) -> Readings:
    """The same of a few people who were looked at already."""
    kind = kinds[account.channel]
    found: dict[int, Context] = {c: context_of(one.profile) for c, one in seen.seen.items()}
    mask_secrets({c: context["customer"] for c, context in found.items()})
    _ask_each_job(kind, waiting, found)
    to, secrets = dict(seen.addresses()), _secrets(kind, waiting, found)
    return Readings(current_tenant_id(), account, found, to, secrets, _start(kind, waiting))


def _start(kind: Kind, waiting: Sequence[Prepared]) -> str:
    if not any(content.tracked or content.shows_opened for content in (_content(kind, job) for job in _jobs(waiting))):
        return ""
    return links.base(tenant_now().settings.get("link_base"))


def _secrets(kind: Kind, waiting: Sequence[Prepared], found: dict[int, Context]) -> dict[int, dict[str, Any]]:
    """Opened for nobody but those whose text shows them."""
    hidden = once_sensitive()
    if not hidden or _is_to_staff(waiting):
        return {}
    shown = set[str]().union(*(_content(kind, job).shows_attributes(hidden) for job in _jobs(waiting)))
    return opened(found, shown) if shown else {}


def _jobs(waiting: Sequence[Prepared]) -> list[Job]:
    return list({p.job.id: p.job for p in waiting}.values())


def _is_to_staff(waiting: Sequence[Prepared]) -> bool:
    """Those who are sent to together share a purpose."""
    return bool(waiting) and waiting[0].job.purpose == STAFF


def _customers(kind: Kind, waiting: Sequence[Prepared]) -> tuple[dict[int, Context], dict[int, str]]:
    group = people(p.customer_id for p in waiting)
    tags = any(_content(kind, job).shows_tags for job in _jobs(waiting))
    found = contexts(group, tags=tags)
    _ask_each_job(kind, waiting, found)
    return found, identities.addresses(kind.identity, group) if kind.identity else {}


def _staff(kind: Kind, waiting: Sequence[Prepared]) -> tuple[dict[int, Context], dict[int, str]]:
    found: dict[int, Context] = {}
    for job in _jobs(waiting):
        found |= staff_contexts([p.customer_id for p in waiting if p.job.id == job.id], job.step)
    return found, staff_addresses(kind.identity, list(found))


def own_texts(step: Step, content: Any, group: People) -> dict[int, Any]:
    """customer → content as this step says it to them; without those who are gone or for whom it can't be rendered."""
    text = compiled(content, frozenset())
    found, said = contexts(group, tags=text.shows_tags), dict[int, Any]()
    _ask_step(step, {step.wave_id: group}, text, found)
    for customer, context in found.items():
        try:
            said[customer] = text.render({**context, **_place(step)})
        except ProblemError:
            continue
    return said


def _place(step: Step) -> dict[str, str]:
    """What a step's own texts may say of where they are."""
    return {"canvas": str(step.canvas_id), "run": str(step.run_id), "node": step.node}


def _content(kind: Kind, job: Job) -> Compiled:
    return compiled(job.content, kind.html)


def _ask_each_job(kind: Kind, waiting: Sequence[Prepared], found: dict[int, Context]) -> None:
    """Events and rewards of the step that brought each of them here."""
    by_job: dict[int, list[Prepared]] = {}
    for one in waiting:
        by_job.setdefault(one.job.id, []).append(one)
    for part in by_job.values():
        job = part[0].job
        _ask_step(job.step, job.by_wave(people(p.customer_id for p in part)), _content(kind, job), found)


def _ask_step(step: Step, waves: Waves, text: Compiled, found: dict[int, Context]) -> None:
    for answer in ask("channels.context", step=step, waves=waves, wanted=text.roots):
        for customer, extra in answer.items():
            if customer in found:
                found[customer].update({k: v for k, v in extra.items() if v})


def render(known: Readings, waiting: Sequence[Prepared]) -> None:
    """Fill in `outbound` or `problem` of each. Touches no database, so that it may run in a thread of its own."""
    kind = kinds[known.account.channel]
    by_job: dict[int, Compiled] = {}
    for one in waiting:
        content = by_job.get(one.job.id)
        if content is None:
            content = by_job[one.job.id] = _content(kind, one.job)
        context = known.contexts.get(one.customer_id)
        if context is not None:  # else gone since; the policy finds no address either
            _render(kind, known, content, one, context)


def _plain(context: Context, secret: dict[str, Any]) -> Context:
    customer = context["customer"]
    return {**context, "customer": {**customer, "attributes": {**customer["attributes"], **secret}}}


def _render(kind: Kind, known: Readings, content: Compiled, one: Prepared, context: Context) -> None:
    job, step = one.job, one.job.step
    if job.purpose == HANDOVER:
        context = {**context, **_place(step)}
    if content.shows_link:
        context = {**context, LINK: unsubscribe_url(known.tenant_id, one.customer_id, kind.key, one.message_id)}
    if content.shows_opened:
        context = {**context, OPENED_LINK: links.short_link(known.start, known.tenant_id, one.message_id, links.OPENED)}
    if content.tracked:
        context = {**context, TRACKED: _tracked(known, content, one.message_id)}
    try:
        shown: Any = content.render(context)
        if secret := known.secrets.get(one.customer_id):
            one.masked, shown = shown, content.render(_plain(context, secret))
    except ProblemError as problem:
        one.problem = f"content:{problem.params.get('reason', 'render')}"[:100]
        return
    if content.tracked:
        one.links = shown.pop(LINKS, None)
        if one.masked is not None:
            one.links = one.masked.pop(LINKS, None)  # what is kept to lead there is masked, too
    one.outbound = Outbound(
        message_key(known.tenant_id, one.message_id), kind.key, job.purpose, known.to.get(one.customer_id, ""),
        one.customer_id, context["customer"]["external_id"], shown, str(step.canvas_id), str(step.run_id), step.node,
        step.variant,
    )  # fmt: skip


def _tracked(known: Readings, content: Compiled, message_id: int) -> dict[str, str]:
    return {
        name: links.short_link(known.start, known.tenant_id, message_id, declaring.number(name))
        for name in content.tracked
    }
