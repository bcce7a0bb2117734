"""A content as a customer would get it, with everything that a marketer should know before it is sent."""

from typing import Any, Final

from channels import templating
from channels.composing import tracked
from channels.declaring import TRACKED, place
from channels.errors import ChannelCode
from channels.kinds.sms.content import full_text, international_segments, segments
from channels.links import OPENED, base, short_link
from channels.registry import Kind
from channels.rendering import contexts, unsubscribe_url
from channels.services.templates import within_content
from channels.templating import LINK, OPENED_LINK
from customers import identities
from kernel.access import row_id
from kernel.errors import FieldProblem, ProblemError, problem_at
from kernel.schema import pointer
from kernel.sets import people
from tenants.scope import current_tenant_id
from tenants.settings import tenant_now

SAMPLE: Final = 1000  # a link as long as most will be


def preview(
    kind: Kind,
    purpose: str,
    content: dict[str, Any],
    customer: str | None,
    more: dict[str, Any] | None = None,
    track: bool | None = None,
) -> dict[str, Any]:
    """The content as this customer would get it; without a customer, variables stay empty. more: event and reward, if known."""
    context = {**_context(kind, customer), **(more or {})}
    shown = {k: v for k, v in _shown(kind, purpose, content, context).items() if k != "headers"}
    missing = [] if customer is None else _empty(kind, content, context)
    missing += [*kind.doubtful(content, purpose), *within_content(kind.refused(_filled(content, context)))]
    to = _address(kind, customer)
    track = purpose == "marketing" if track is None else track
    if customer is not None and to is None and kind.identity:
        missing.append(problem_at("/customer", ChannelCode.NO_ADDRESS, channel=kind.labels.say()))
    answer = {"content": shown, "to": to, "problems": [p.as_json() for p in missing]}
    if kind.key == "sms":
        answer["sms"] = _sms(kind, purpose, content, context, track)
    return answer


def _filled(content: dict[str, Any], context: dict[str, Any]) -> dict[str, Any]:
    """The fields themselves as they would be, to be judged by what the channel takes."""
    filled: dict[str, Any] = templating.render(content, frozenset(), context)
    return filled


def _sms(kind: Kind, purpose: str, content: dict[str, Any], context: dict[str, Any], track: bool) -> dict[str, Any]:
    """As it will be billed: with links as long as those that are sent."""
    made = kind.composed(content, purpose)
    if track:
        made = tracked(kind, made, lambda url: SAMPLE)
        start = base(tenant_now().settings.get("link_base"))
        context = {**context, TRACKED: {place(SAMPLE): short_link(start, current_tenant_id(), 0, SAMPLE)}}
    text = full_text(templating.render(made, kind.html, context), purpose)
    return {
        "text": text, "length": len(text), "segments": segments(text), "international": international_segments(text),
    }  # fmt: skip


def filled_in(kind: Kind, purpose: str, content: dict[str, Any], customer: str | None) -> dict[str, Any]:
    """What is handed over, but for tracked links."""
    return _shown(kind, purpose, content, _context(kind, customer))


def _shown(kind: Kind, purpose: str, content: dict[str, Any], context: dict[str, Any]) -> dict[str, Any]:
    shown: dict[str, Any] = templating.render(kind.composed(content, purpose), kind.html, context)
    return shown


def _context(kind: Kind, customer: str | None) -> dict[str, Any]:
    if customer is None:
        nobody: dict[str, Any] = {"customer": {"attributes": {}, "tags": []}, "event": {}, "reward": {}}
        return {**nobody, LINK: unsubscribe_url(current_tenant_id(), 0, kind.key, 0), OPENED_LINK: _opened_url()}
    found = contexts([int(customer)]) if row_id(customer) is not None else {}
    if int(customer) not in found if row_id(customer) is not None else True:
        raise ProblemError.at("/customer", ChannelCode.NO_SUCH_CUSTOMER)
    link = unsubscribe_url(current_tenant_id(), int(customer), kind.key, 0)
    return {**found[int(customer)], LINK: link, OPENED_LINK: _opened_url()}


def _opened_url() -> str:
    """Of no message."""
    return short_link(base(tenant_now().settings.get("link_base")), current_tenant_id(), 0, OPENED)


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
