"""What the floors above may use of the channels. Everything runs in the caller's transaction and tenant scope.

Published from here: `channels.settled` (step, job_id, sent, failed, suppressed {reason: People}, unknown, done) whenever
messages of a job are settled. Asked of the floors above: `channels.context` and `channels.leaving` (step, whose wave
is not to be read, and waves: wave → people), `channels.template_used_by`.
"""

from datetime import date, datetime
from typing import Any

from channels import direct, handed, overdue, templating, told, touching
from channels.attribute_use import attributes_in
from channels.caps import forget_before
from channels.contract import Outbound
from channels.direct import Flight, fly
from channels.errors import ChannelCode
from channels.jobs import has_due
from channels.kinds.sms.content import full_text, segments
from channels.kinds.webhook.providers.connector import APART
from channels.ledger import message_answers
from channels.models import Account, Template
from channels.parcel import HANDOVER, STAFF, own_parcel, parcel_of
from channels.policy import CAPPED, LEFT, STOPPED, Plan, rules_of
from channels.policy import plan as plan_of
from channels.preparing import own_texts
from channels.quiet import no_hour_left, quiet_of
from channels.registry import kinds
from channels.rehearsal import Said, hand_over_test, rehearse, rendered
from channels.results import OUTCOMES, messaged, outcomes
from channels.sending import unit
from channels.services.previews import preview as preview_content
from channels.templating import compiled
from customers import glance
from kernel.access import row_id
from kernel.errors import FieldProblem, problem_at
from kernel.rows import fetch_row
from kernel.sets import People
from kernel.step import Step
from tenants.scope import current_tenant_id, once
from tenants.settings import tenant_now

__all__ = [
    "CAPPED", "LEFT", "OUTCOMES", "STOPPED", "Flight", "Outbound", "Plan", "Said", "Step", "attributes_in", "cancel_run", "channel_of", "connector_answers", "fly", "forget_old_counts",
    "full_text", "hand_over_test", "handed_over", "has_due", "hold_back", "hold_run", "leave_out_overdue", "message_counts", "message_people", "messaged", "never_open", "outcomes", "overdue_people", "preview", "rehearse", "release_run", "rendered",
    "segments", "served_people", "spread_overdue", "status_people", "suppressed_counts", "template_name", "template_problems", "template_purpose", "touch",
    "touch_now", "touch_plan", "touch_waves", "unit", "waiting_by_job",
]  # fmt: skip


def _template(template_id: int | str) -> Template | None:
    number = row_id(str(template_id))
    return Template.objects.select_related("account").filter(pk=number).first() if number is not None else None


def _known(template_id: int) -> Template:
    """Read once a transaction. Raises Template.DoesNotExist."""
    return once(
        f"template:{template_id}",
        lambda: fetch_row(Template, "t.tenant_id = %s AND t.id = %s", [current_tenant_id(), template_id]),
    )


def touch_plan(
    template_id: int, people: People, now: datetime, quiet_hours: dict[str, str] | None, *, waits: bool = False
) -> Plan:
    """What the policy says of these people at this moment. Writes nothing. Raises Template.DoesNotExist.

    waits: whom a cap keeps back waits up to a week for it to open (in the send jobs), instead of being held back.
    """
    template = _known(template_id)
    rules, kind = rules_of(template.channel, template.purpose, quiet_hours, waits=waits), kinds[template.channel]
    few = 0 < len(people) <= glance.MOST
    tags = few and compiled(template.content, kind.html).shows_tags
    return plan_of(rules, people, now, glance.glance(people, kind.key, kind.identity, tags=tags) if few else None)


def touch(step: Step, template_id: int, plan: Plan, retry: dict[str, Any] | None = None) -> list[tuple[int, People]]:
    """Messages for plan.send (queued) and plan.held (suppressed, with reason), and jobs for the queued ones.

    Returns (job id, people). People who already have a message of this step are left out. plan.later is the caller's.
    """
    return touching.touch(step, parcel_of(_known(template_id), retry), plan)


def touch_waves(
    step: Step, template_id: int, plan: Plan, waves: dict[int, People], retry: dict[str, Any] | None = None
) -> list[tuple[int, People]]:
    """As `touch`, for people of several waves at once (wave → its people, disjoint); `step` names the place but for the wave."""
    return touching.touch_waves(step, parcel_of(_known(template_id), retry), plan, waves)


def touch_now(
    step: Step, template_id: int, plan: Plan, now: datetime, retry: dict[str, Any] | None = None
) -> tuple[list[tuple[int, People]], Flight | None]:
    """As `touch`, for the few people of a triggered wave: their intents are written in this very transaction.

    With a Flight, nobody else will send: after the commit give it to `fly` (several at once are handed over together),
    which calls and writes the outcomes in a transaction of its own. If the process dies before, the senders find the job
    when its lease ends, and what was in flight is unknown (or repeated under the same id where the other side drops
    repeats). Without one (too many people, the account paused or its rate spent, nobody to send to) everything is as
    after `touch`. `plan` must come from touch_plan in this transaction; people over a cap are told of as suppressed.
    """
    return direct.touch_now(step, parcel_of(_known(template_id), retry), plan, now)


def push_plan(people: People, now: datetime) -> Plan:
    """Who may be handed to the merchant's own system: everybody who is still there."""
    return plan_of(rules_of("webhook", HANDOVER, None), people, now)


def push(
    step: Step, account_id: int, body: Any, plan: Plan, waves: dict[int, People], retry: dict[str, Any] | None = None
) -> list[tuple[int, People]]:
    """Hand plan.send to the merchant's own system, by the road of messages: (job id, people). Raises Account.DoesNotExist."""
    return touching.touch_waves(step, own_parcel(account_id, "webhook", HANDOVER, {"body": body}, retry), plan, waves)


def connector_answers(step: Step, people: People) -> dict[int, tuple[str, str]]:
    """customer → (the shop's id, code) of what a reward connector issued at this step (wave and round)."""
    found = message_answers(step, people)
    return {customer: (answer.partition(APART)[0], answer.partition(APART)[2]) for customer, answer in found.items()}


def tell_staff(step: Step, account_id: int, staff: People, text: str, after_seconds: float) -> None:
    """One WeCom message a staff member and step, however many tasks; `{{ tasks }}` counts them when it leaves."""
    content = {"msgtype": "text", "text": {"content": text}}
    touching.touch(step, own_parcel(account_id, "wecom_app", STAFF, content), Plan(staff), after_seconds)


def account_name(account_id: int | str) -> str | None:
    account = _account(account_id)
    return account.name if account else None


def account_problems(account_id: int | str, channel: str) -> list[FieldProblem]:
    """Why this account can't be used for `channel`; empty when it can."""
    account = _account(account_id)
    if account is None:
        return [problem_at("/account", ChannelCode.UNKNOWN_ACCOUNT)]
    if account.channel != channel:
        return [problem_at("/account", ChannelCode.WRONG_CHANNEL, account=account.channel, wanted=channel)]
    if account.status != "active":
        return [problem_at("/account", ChannelCode.ACCOUNT_PAUSED, name=account.name)]
    return []


def text_problems(content: Any, base: str) -> list[FieldProblem]:
    """Faults of the Liquid in a step's own texts."""
    return templating.problems(content, frozenset(), base, templating.STEP_ROOTS)


def texts_for(step: Step, content: Any, people: People) -> dict[int, Any]:
    """customer → `content` with the variables filled in; people who are gone, or for whom it can't be, are missing."""
    return own_texts(step, content, people)


def _account(account_id: int | str) -> Account | None:
    number = row_id(str(account_id))
    return Account.objects.filter(pk=number).first() if number is not None else None


def forget_old_counts(today: date) -> int:
    """Housekeeping: delete a batch of counters that no cap looks at any more; how many it were."""
    return forget_before(tenant_now().settings["caps"], today)


def receipts_unit(tenant_id: int) -> bool:
    """One batch of what providers told. False when nothing was due."""
    return told.unit(tenant_id)


def receipts_due() -> bool:
    return told.has_due()


def forget_old_callbacks() -> int:
    """Housekeeping: deletes a batch of callbacks that are long worked off; how many it were."""
    return told.forget_old()


def never_open(*quiet_hours: dict[str, Any] | None) -> bool:
    """Do these quiet hours (of tenant and canvas) together leave no time to send?"""
    return no_hour_left(quiet_of(*quiet_hours).windows)


def template_problems(template_id: int | str) -> list[FieldProblem]:
    """Why messages of this template could not go out; empty when they can. Pointers are relative to the node's config."""
    template = _template(template_id)
    if template is None:
        return [problem_at("/template", ChannelCode.NO_TEMPLATE)]
    found = []
    if template.archived_at is not None:
        found.append(problem_at("/template", ChannelCode.TEMPLATE_ARCHIVED, name=template.name))
    if template.account.status != "active":
        found.append(problem_at("/template", ChannelCode.ACCOUNT_PAUSED, name=template.account.name))
    return found


def template_name(template_id: int | str) -> str | None:
    template = _template(template_id)
    return template.name if template else None


def template_purpose(template_id: int | str) -> str | None:
    """marketing or service."""
    template = _template(template_id)
    return template.purpose if template else None


def handed_over(run_ids: list[int]) -> dict[int, int]:
    """Messages that left for a provider, by run (runs without any are left out). Of big runs up to a minute or so old."""
    return handed.handed_over(run_ids)


def channel_of(template_id: int | str) -> str | None:
    """The template's channel."""
    template = _template(template_id)
    return template.channel if template else None


def preview(template_id: int, customer_id: int) -> dict[str, Any]:
    """{"content", "to" (masked), "problems"}: what this customer would get. Sends nothing."""
    template = Template.objects.get(pk=template_id)
    return preview_content(kinds[template.channel], template.purpose, template.content, str(customer_id))


def hold_run(run_id: int) -> None:
    """The run is paused: its queued messages stay where they are."""
    touching.set_held(run_id, True)


def release_run(run_id: int) -> None:
    touching.set_held(run_id, False)


def overdue_people(run_ids: list[int]) -> int:
    """People of paused runs whose messages would be on their way."""
    return overdue.overdue_people(run_ids)


def leave_out_overdue(run_id: int) -> None:
    """Before a paused run goes on: overdue messages are held back, reason `paused`; published as settled."""
    overdue.leave_out(run_id)


def spread_overdue(run_id: int, seconds: int, slices: int) -> None:
    """Before a paused run goes on: overdue messages go out evenly over so many seconds."""
    overdue.spread(run_id, seconds, slices)


def served_people(step: Step, people: People) -> People:
    """To whom of them a message of this step (run, node, wave, round) was handed over."""
    return touching.served(step, people)


def hold_back(step: Step, template_id: int, people: People, reason: str) -> None:
    """They had been put off, and now get no message at this step at all: written in the ledger with the reason."""
    touching.touch(step, parcel_of(Template.objects.get(pk=template_id)), Plan(People(), held={reason: people}))


def cancel_run(run_id: int, people: People | None = None) -> list[tuple[int, People]]:
    """Queued messages become suppressed (`stopped`); returns the people let go, by job. They are not published again."""
    return touching.cancel(run_id, people, STOPPED)


def message_counts(run_id: int) -> dict[str, dict[str, int]]:
    """node → status → messages."""
    return touching.counts(run_id)


def suppressed_counts(run_id: int) -> dict[str, dict[str, int]]:
    """node → reason → messages held back."""
    return touching.held_counts(run_id)


def status_people(run_id: int, node: str, status: str) -> People:
    """Whose message of this node has this status now."""
    return touching.people_with(run_id, node, [status])


def message_people(run_id: int, node: str) -> People:
    """Who has a message of this node, whatever became of it."""
    return touching.people_with(run_id, node, None)


def waiting_by_job(run_id: int) -> dict[int, int]:
    """Send job (as the canvas knows it) → people of whom the canvas has not been told yet."""
    return touching.waiting_by_job(run_id)
