"""Templates: checked when saved, shown with their variables, previewed with a real customer."""

from dataclasses import replace
from typing import Any, Literal

from django.utils import timezone
from pydantic import Field

from channels import templating
from channels.composing import outgoing
from channels.errors import ChannelCode
from channels.models import Account, Template
from channels.registry import Kind, kinds
from kernel.access import row_id
from kernel.errors import Code, FieldProblem, ProblemError
from kernel.events import ask
from kernel.schema import Body, parse


class TemplateIn(Body):
    channel: str
    account: str
    name: str = Field(min_length=1, max_length=200)
    purpose: Literal["marketing", "service"] | None = None
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
    track: bool | None = None
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
    faults = [*templating.problems(kept, kind.html), *within_content(kind.refused(kept))]
    if faults:
        raise ProblemError.invalid(faults)
    return kept


def within_content(faults: list[FieldProblem]) -> list[FieldProblem]:
    return [replace(fault, pointer=f"/content{fault.pointer}") for fault in faults]


def _purpose(kind: Kind, purpose: str | None) -> str:
    """Marketing unless said otherwise, but for channels that the platform keeps for notices."""
    if purpose == "marketing" and kind.service_only:
        raise ProblemError.at("/purpose", ChannelCode.NO_MARKETING, channel=kind.labels.say())
    return purpose or ("service" if kind.service_only else "marketing")


def template_create(sent: TemplateIn) -> Template:
    kind = kind_of(sent.channel)
    account = _account(sent.account, sent.channel)
    template: Template = Template.objects.create(
        channel=sent.channel, account=account, name=sent.name, purpose=_purpose(kind, sent.purpose), track=sent.track,
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
    if sent.purpose is not None:
        template.purpose = _purpose(kinds[template.channel], sent.purpose)
    template.name = sent.name or template.name
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
