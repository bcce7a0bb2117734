"""What would be sent, to whom and reading how, if nothing were sent: for test runs. Writes nothing, but may hand a test over."""

import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from channels import wire
from channels.caps import ALL, spent
from channels.contract import AccountNow, ErrorClass, Outbound, Outcome
from channels.models import Account, Template
from channels.policy import CAPPED, Plan, Rules, rules_of
from channels.policy import plan as plan_of
from channels.registry import kinds
from channels.services.accounts import account_now
from channels.services.previews import preview
from channels.wording import words_of
from kernel.language import Text
from kernel.sets import People, people

_OK = Text("测试消息已被接受", "The test message was accepted")
_KNOWN = Text("服务商认可此账号", "The provider knows this account")


@dataclass(frozen=True)
class Said:
    """A message that the test run has let out: it counts against the caps of those that come after."""

    customer: int
    channel: str
    day: date


def rehearse(
    template_id: int, group: People, now: datetime, quiet_hours: dict[str, str] | None, said: list[Said]
) -> Plan:
    """The policy at `now`, the caps with what this test run has said already; those let through are added to `said`."""
    template = Template.objects.get(pk=template_id)
    rules = rules_of(template.channel, template.purpose, quiet_hours)
    decided = plan_of(rules, group, now)
    for day, part in rules.days(decided.send, now) if rules.marketing else []:
        decided.hold(CAPPED, _over(rules, day, part, said))
        said += [Said(int(c), rules.channel, day) for c in part & decided.send]
    return decided


def _over(rules: Rules, day: date, group: People, said: Sequence[Said]) -> People:
    over = People()
    for cap in rules.caps:
        begin, end = cap.span(day)
        mine = Counter(s.customer for s in said if cap.scope in (ALL, s.channel) and begin <= s.day <= end)
        for times in set(mine.values()):
            those = people(c for c in group if mine[int(c)] == times)
            over |= spent([cap.with_limit(cap.limit - times)], [(day, those)])
    return over


def rendered(template_id: int, customer_id: int, more: dict[str, Any]) -> dict[str, Any]:
    """As preview, with `more` for the template: {"event": …, "reward": …}. Raises ProblemError when it can't be rendered."""
    template = Template.objects.get(pk=template_id)
    kind = kinds[template.channel]
    shown = preview(kind, template.purpose, template.content, str(customer_id), more)
    return {"channel": template.channel, "template": template.name, **shown}


def hand_over_test(template_id: int, content: dict[str, Any], to: str) -> dict[str, Any]:
    """Really send this content to `to` by the template's account: {"ok", "detail"}. Not in the ledger, counts for nothing."""
    template = Template.objects.select_related("account").get(pk=template_id)
    outbound = Outbound(
        f"test-{uuid.uuid4()}", template.channel, template.purpose, to, 0, None, content, "", "", "", ""
    )
    return outcome_of_test(template.account, outbound)


def outcome_of_test(account: Account, outbound: Outbound) -> dict[str, Any]:
    now = account_now(account)
    outcome = wire.run(now.provider.send(now, [outbound]))[0]
    return _told(now, outcome, _OK)


def outcome_of_probe(account: Account) -> dict[str, Any] | None:
    """Does the provider know the account? None when it can't be asked that."""
    now = account_now(account)
    outcome = wire.run(now.provider.probe(now))
    return None if outcome is None else _told(now, outcome, _KNOWN)


def _told(now: AccountNow, outcome: Outcome, well: Text) -> dict[str, Any]:
    if outcome.error in (None, ErrorClass.DUP):
        return {"ok": True, "detail": well.say()}
    return {"ok": False, "detail": words_of(now.provider, outcome).say()}
