"""An account that its provider refuses stops, and its messages wait: paused until somebody has seen to it, or until its quota
is there again. Whoever looks after it gets a task, with the reason in words."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from django.db import connection

from channels.contract import AccountNow, ErrorClass, Outcome
from channels.models import Account
from channels.wording import words_of
from customers import staff_tasks
from kernel.clock import db_now
from kernel.language import Text
from kernel.wake import SEND
from tenants.audit import audit
from tenants.ready import announce
from tenants.scope import current_tenant_id

ACTIVE: Final = "active"
PAUSED: Final = "paused"
_QUOTA_SECONDS: Final = 900.0  # looked again after, where the provider does not say when
_PAUSING: Final = (ErrorClass.CONFIG, ErrorClass.TOKEN)
_TITLE = Text("渠道账号“{name}”已暂停发送", "Channel account “{name}” has stopped sending")
_TEXT = Text("{words}。修正后在渠道账号页面点“恢复发送”;消息仍在排队。", "{words}. Put it right, then press “Resume” on the account's page; the messages wait.")  # fmt: skip


def stops(account: AccountNow, outcome: Outcome) -> bool:
    """Does this outcome concern the account and not the message?"""
    if not account.provider.pauses:
        return False
    return outcome.error in _PAUSING or (outcome.error is ErrorClass.QUOTA and not outcome.narrow)


def stop(account: AccountNow, outcomes: Iterable[Outcome]) -> bool:
    """Act on those outcomes that concern the account; True when there are any. In the caller's transaction."""
    grave = [o for o in outcomes if stops(account, o)]
    if not grave:
        return False
    refused = next((o for o in grave if o.error in _PAUSING), None)
    if refused is not None:
        _pause(account, refused)
    else:
        _let_wait(account, max(grave, key=lambda o: o.retry_after or _QUOTA_SECONDS))
    return True


def _pause(account: AccountNow, outcome: Outcome) -> None:
    """Not when the credentials were replaced while the call was under way: they were not what was refused."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE channels_account SET status = 'paused', paused_at = clock_timestamp(), status_reason = %s "
            "WHERE tenant_id = %s AND id = %s AND status = 'active' AND sealed = %s RETURNING name, created_by",
            [reason_of(outcome), current_tenant_id(), account.id, account.sealed],
        )
        found = cursor.fetchone()
    if found:
        name, owner = found
        audit("provider", "channel_account.pause", f"channel_account:{account.id}", reason=reason_of(outcome))
        words = words_of(account.provider, outcome)
        text = f"{_TEXT.zh.format(words=words.zh)}\n{_TEXT.en.format(words=words.en)}"
        staff_tasks.raise_account(account.id, staff_tasks.Words(_TITLE.zh.format(name=name), text), owner)


def _let_wait(account: AccountNow, outcome: Outcome) -> None:
    until = db_now() + timedelta(seconds=outcome.retry_after or _QUOTA_SECONDS)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE channels_account SET waits_until = greatest(waits_until, %s), status_reason = %s "
            "WHERE tenant_id = %s AND id = %s AND status = 'active'",
            [until, reason_of(outcome), current_tenant_id(), account.id],
        )
    announce(SEND, due_at=until)


def resume(account: Account, actor: str) -> None:
    """It sends again; what waited goes out now."""
    account.status, account.status_reason, account.paused_at, account.waits_until = ACTIVE, "", None, None
    account.save()
    staff_tasks.settle_account(account.pk, actor)
    announce(SEND)


def is_free(account: Account, now: datetime) -> bool:
    """May it send at `now`?"""
    return account.status == ACTIVE and (account.waits_until is None or account.waits_until <= now)


def reason_of(outcome: Outcome) -> str:
    return f"{outcome.error.value}:{outcome.code}"[:200] if outcome.error else ""
