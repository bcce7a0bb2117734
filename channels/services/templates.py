"""Templates: checked when saved, shown with their variables, previewed with a real customer."""

from typing import Any, Literal

from django.utils import timezone
from pydantic import Field

from channels import templating
from channels.composing import outgoing
from channels.errors import ChannelCode
from channels.kinds.sms.content import full_text, segments
from channels.models import Account, Template
from channels.registry import Kind, kinds
from channels.rendering import contexts, unsubscribe_url
from customers import identities
from kernel.access import row_id
from kernel.errors import Code, FieldProblem, ProblemError, problem_at
from kernel.events import ask
from kernel.schema import Body, parse, pointer
from kernel.sets import people
from tenants.scope import current_tenant_id


class TemplateIn(Body):
    channel: str
    account: str
    name: str = Field(min_length=1, max_length=200)
    purpose: Literal["marketing", "service"] = "marketing"
    track: bool | None = None
    content: dict[str, Any]


class TemplateChange(Body):
    channel: str | None = None
    account: str | None = None
    name: str | None = Field(None, min_length=1, max_length=200)
    purpose: Literal["marketing", "service"] | None = None
    track: bool | None = None
    content: dict[str, Any] | None = None


class TemplatePreviewIn(Body):
    customer: str


class DraftPreviewIn(Body):
    channel: str
    content: dict[str, Any]
    purpose: Literal["marketing", "service"] = "marketing"
    customer: str | None = None


def kind_of(channel: str) -> Kind:
    if channel not in kinds:
        raise ProblemError.at("/channel", ChannelCode.UNKNOWN_CHANNEL, channel=channel, known=", ".join(kinds))
    return kinds[channel]


def _account(raw: str, channel: str) -> Account:
    account: Account | None = Account.objects.filter(pk=int(raw)).first() if row_id(raw) is not None else None
    if account is None:
        raise ProblemError.at("/account", ChannelCode.UNKNOWN_ACCOUNT)
    if account.channel != channel:
        raise ProblemError.at("/account", ChannelCode.OTHER_CHANNEL, account=account.channel, template=channel)
    return account


def checked_content(kind: Kind, content: dict[str, Any]) -> dict[str, Any]:
    """The content as it is kept, defaults filled in. Raises a 400 problem for its shape, then for its Liquid."""
    kept = parse(kind.content, content, "/content").model_dump(mode="json", exclude_none=True)
    faults = templating.problems(kept, kind.html)
    if faults:
        raise ProblemError.invalid(faults)
    return kept


def template_create(sent: TemplateIn) -> Template:
    kind = kind_of(sent.channel)
    account = _account(sent.account, sent.channel)
    template: Template = Template.objects.create(
        channel=sent.channel, account=account, name=sent.name, purpose=sent.purpose, track=sent.track,
        content=checked_content(kind, sent.content),
    )  # fmt: skip
    _compose(template)
    return template


def _compose(template: Template) -> None:
    template.outgoing = outgoing(template)
    template.save(update_fields=["outgoing"])


def template_update(template: Template, sent: TemplateChange) -> Template:
    """Messages already decided keep the content that they were decided with."""
    if sent.channel not in (None, template.channel):
        raise ProblemError.at("/channel", ChannelCode.FIXED, field="channel")
    if sent.account is not None:
        template.account = _account(sent.account, template.channel)
    if sent.content is not None:
        template.content = checked_content(kinds[template.channel], sent.content)
    template.name, template.purpose = sent.name or template.name, sent.purpose or template.purpose
    if "track" in sent.model_fields_set:
        template.track = sent.track
    template.outgoing = outgoing(template)
    template.save()
    return template


def users_of(template: Template) -> list[dict[str, Any]]:
    """Who uses it, as told by the rooms above."""
    return [use for uses in ask("channels.template_used_by", template_id=template.pk) for use in uses]


def template_archive(template: Template) -> None:
    """Raises IN_USE. The row stays: messages refer to it."""
    used = users_of(template)
    if used:
        raise ProblemError(Code.IN_USE, what=", ".join(str(u.get("name", u.get("id"))) for u in used))
    template.archived_at = timezone.now()
    template.save(update_fields=["archived_at"])


def template_show(template: Template) -> dict[str, Any]:
    return {
        "id": str(template.pk), "channel": template.channel, "account": str(template.account_id), "name": template.name,
        "purpose": template.purpose, "track": template.track, "content": template.content,
        "variables": templating.variables(template.content, kinds[template.channel].html),
        "used_by": users_of(template), "created_at": template.created_at, "updated_at": template.updated_at,
    }  # fmt: skip


def preview(
    kind: Kind, purpose: str, content: dict[str, Any], customer: str | None, more: dict[str, Any] | None = None
) -> dict[str, Any]:
    """The content as this customer would get it; without a customer, variables stay empty. more: event and reward, if known."""
    context = {**_context(kind, customer), **(more or {})}
    shown = templating.render(content, kind.html, context)
    missing = [] if customer is None else _empty(kind, content, context)
    to = _address(kind, customer)
    if customer is not None and to is None and kind.identity:
        missing.append(problem_at("/customer", ChannelCode.NO_ADDRESS, channel=kind.labels.say()))
    answer = {"content": shown, "to": to, "problems": [p.as_json() for p in missing]}
    if kind.key == "sms":
        text = full_text(shown, purpose)
        answer["sms"] = {"text": text, "length": len(text), "segments": segments(text)}
    return answer


def _context(kind: Kind, customer: str | None) -> dict[str, Any]:
    if customer is None:
        return {"customer": {"attributes": {}, "tags": []}, "event": {}, "reward": {}}
    found = contexts([int(customer)]) if row_id(customer) is not None else {}
    if int(customer) not in found if row_id(customer) is not None else True:
        raise ProblemError.at("/customer", ChannelCode.NO_SUCH_CUSTOMER)
    return {**found[int(customer)], "unsubscribe_url": unsubscribe_url(current_tenant_id(), int(customer), kind.key, 0)}


def _address(kind: Kind, customer: str | None) -> str | None:
    if customer is None or kind.identity is None:
        return None
    plain = identities.addresses(kind.identity, people([int(customer)])).get(int(customer))
    return None if plain is None else identities.mask(kind.identity, plain)


def _empty(kind: Kind, content: dict[str, Any], context: dict[str, Any]) -> list[FieldProblem]:
    """Variables of the customer that are empty and have no default."""
    found = []
    for path, source, _ in templating.texts(content, kind.html):
        for name in templating.variables(source, frozenset()):
            bare = "{{ " + name + " }}"
            if name.startswith("customer.") and bare in source and not templating.render(bare, frozenset(), context):
                found.append(problem_at("/content" + pointer(*path), ChannelCode.EMPTY_VARIABLE, name=name))
    return found
