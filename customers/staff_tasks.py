"""Tasks for people: made by steps in bulk (never twice), closed and opened again by hand.

Whose task it is comes from the staff relations; who has no staff member is told back to the caller, never dropped.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db import connection

from customers.errors import CustomerCode
from customers.models import Staff, StaffTask
from kernel.clock import db_now
from kernel.copy import fetch_people, id_list
from kernel.errors import ProblemError
from kernel.sets import People
from kernel.step import Step
from tenants.audit import audit
from tenants.scope import current_tenant_id

STAFF, UNDELIVERED, STUCK, ACCOUNT, PACKAGE = "staff", "undelivered", "stuck", "account", "package"
OPEN, DONE, DISMISSED = "open", "done", "dismissed"
STATUSES: Final = (OPEN, DONE, DISMISSED)
ALL, OWNER, FIRST_ADDED, MANAGER = "all", "owner", "first_added", "manager"
_TITLE_LENGTH = 200

# who → SELECT of (customer_id, staff_id); owner: whom the customer came to last, first_added: who had them first,
# manager: the owner's
_WHO: Final[dict[str, str]] = {
    ALL: "SELECT customer_id, staff_id FROM customers_staffrelation WHERE tenant_id = %(tenant)s AND customer_id = ANY(%(people)s::bigint[])",
    OWNER: "SELECT DISTINCT ON (customer_id) customer_id, staff_id FROM customers_staffrelation WHERE tenant_id = %(tenant)s "
    "AND customer_id = ANY(%(people)s::bigint[]) ORDER BY customer_id, since DESC, staff_id DESC",
    FIRST_ADDED: "SELECT DISTINCT ON (customer_id) customer_id, staff_id FROM customers_staffrelation WHERE tenant_id = %(tenant)s "
    "AND customer_id = ANY(%(people)s::bigint[]) ORDER BY customer_id, since, staff_id",
}  # fmt: skip
_WHO[MANAGER] = (
    f"SELECT w.customer_id, s.manager_id AS staff_id FROM ({_WHO[OWNER]}) AS w JOIN customers_staff s "
    "ON s.tenant_id = %(tenant)s AND s.id = w.staff_id AND s.manager_id IS NOT NULL"
)
# one of those who have the same value of the attribute (a region, a shop), always the same for a customer
_SAME: Final = (
    "SELECT DISTINCT ON (c.id) c.id AS customer_id, s.id AS staff_id FROM customers_customer c JOIN customers_staff s "
    "ON s.tenant_id = c.tenant_id AND s.attributes->%(same)s::text = c.attributes->%(same)s::text "
    "WHERE c.tenant_id = %(tenant)s AND c.id = ANY(%(people)s::bigint[]) ORDER BY c.id, hashint8(c.id # (s.id << 20)), s.id"
)
_ONE: Final = (
    "SELECT id AS customer_id, s.staff_id FROM unnest(%(people)s::bigint[]) AS id, "
    "(SELECT id AS staff_id FROM customers_staff WHERE tenant_id = %(tenant)s AND id = %(staff)s) AS s"
)
# the event that let somebody in names the member by their external id; or it is that member's manager's
_TOLD: Final = (
    "SELECT t.customer_id, CASE WHEN %(manager)s THEN s.manager_id ELSE s.id END AS staff_id "
    "FROM unnest(%(customers)s::bigint[], %(names)s::text[]) AS t(customer_id, name) JOIN customers_staff s "
    "ON s.tenant_id = %(tenant)s AND s.external_id = t.name AND (NOT %(manager)s OR s.manager_id IS NOT NULL) "
    "WHERE t.customer_id = ANY(%(people)s::bigint[])"
)
_NOBODYS: Final = "SELECT id AS customer_id, NULL::bigint AS staff_id FROM unnest(%(people)s::bigint[]) AS id"
_INSERT: Final = (
    "INSERT INTO customers_stafftask (tenant_id, kind, customer_id, staff_id, owner, canvas_id, run_id, node, wave_id, round, "
    "title, text, status, due_at, created_at, done_by, result) "
    "SELECT %(tenant)s, %(kind)s, w.customer_id, w.staff_id, %(owner)s, %(canvas)s, %(run)s, %(node)s, %(wave)s, %(round)s, "
    "left(coalesce(t.title, %(title)s), %(length)s), coalesce(t.text, %(text)s), 'open', %(due)s, clock_timestamp(), '', '' "
    "FROM ({who}) AS w LEFT JOIN unnest(%(ids)s::bigint[], %(titles)s::text[], %(texts)s::text[]) AS t(id, title, text) "
    "ON t.id = w.customer_id ON CONFLICT DO NOTHING RETURNING customer_id"
)


@dataclass(frozen=True)
class Same:
    """Staff who have the customer's own value of this attribute."""

    attribute: str


@dataclass(frozen=True)
class Told:
    """By customer, the external id of the member whom an event names; manager: it is for that member's manager."""

    names: Mapping[int, str]
    manager: bool = False


To = str | int | Same | Told  # all, owner, first_added, manager; a member's id; by attribute; by event


@dataclass(frozen=True)
class Words:
    """What a task says; `each` has the title and text of those for whom they differ."""

    title: str
    text: str = ""
    each: Mapping[int, tuple[str, str]] | None = None


@dataclass(frozen=True)
class Assigned:
    """made: people for whom this step has made a task now. nobody: those without a staff member of that kind."""

    made: People
    nobody: People


def assign(step: Step, to: To, group: People, words: Words, due_at: datetime | None) -> Assigned:
    """A task for each of these customers, for the staff that `to` names."""
    who, params = _who(to, group)
    return Assigned(_insert(step, STAFF, who, params, words, due_at, ""), without_staff(to, group))


def without_staff(to: To, group: People) -> People:
    """Those for whom there is nobody whom `to` names."""
    who, params = _who(to, group)
    return group - fetch_people(f"SELECT DISTINCT customer_id FROM ({who}) AS w", params)


def _who(to: To, group: People) -> tuple[str, dict[str, Any]]:
    params: dict[str, Any] = {"tenant": current_tenant_id(), "people": id_list(group)}
    if isinstance(to, int):
        return _ONE, {**params, "staff": to}
    if isinstance(to, Same):
        return _SAME, {**params, "same": to.attribute}
    if isinstance(to, Told):
        named = {"customers": list(to.names), "names": list(to.names.values()), "manager": to.manager}
        return _TOLD, {**params, **named}
    return _WHO[to], params


def hand_to_people(step: Step, group: People, words: Words, owner: str) -> None:
    """A message that could not be delivered is a person's to settle: the customer's own staff member, or else `owner`."""
    params = {"tenant": current_tenant_id(), "people": id_list(group), "staff": 0}
    has_staff = fetch_people(f"SELECT customer_id FROM ({_WHO[OWNER]}) AS w", params)
    _insert(step, UNDELIVERED, _WHO[OWNER], params, words, None, "")
    _insert(step, UNDELIVERED, _NOBODYS, {**params, "people": id_list(group - has_staff)}, words, None, owner)


def raise_stuck(step: Step, words: Words, owner: str) -> None:
    """One task for the owner of a canvas whose step can't be done; opened again when it fails again."""
    _raise(STUCK, step.canvas_id, step.run_id, step.node, words, owner)


def raise_account(account_id: int, words: Words, owner: str) -> None:
    """One task for whoever looks after a channel account that its provider refuses (run_id: the account)."""
    _raise(ACCOUNT, 0, account_id, "", words, owner)


def raise_package(package_id: int, words: Words, owner: str) -> None:
    """One task for whoever made a reward package that is running out (run_id: the package)."""
    _raise(PACKAGE, 0, package_id, "", words, owner)


def _raise(kind: str, canvas_id: int, run_id: int, node: str, words: Words, owner: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO customers_stafftask (tenant_id, kind, owner, canvas_id, run_id, node, wave_id, round, title, text, status, "
            "created_at, done_by, result) VALUES (%s, %s, %s, %s, %s, %s, 0, 0, left(%s, %s), %s, 'open', clock_timestamp(), '', '') "
            "ON CONFLICT (tenant_id, run_id, node, wave_id, round, kind, customer_id, staff_id) DO UPDATE SET status = 'open', "
            "title = excluded.title, text = excluded.text, done_at = NULL, done_by = '', created_at = excluded.created_at",
            [current_tenant_id(), kind, owner, canvas_id, run_id, node, words.title, _TITLE_LENGTH, words.text],
        )  # fmt: skip


def settle_stuck(run_id: int, actor: str) -> None:
    """The run was set going again: what its owner was told of is dealt with."""
    _settle(STUCK, run_id, actor)


def settle_account(account_id: int, actor: str) -> None:
    """The account may send again."""
    _settle(ACCOUNT, account_id, actor)


def settle_package(package_id: int, actor: str) -> None:
    """There is enough of it again."""
    _settle(PACKAGE, package_id, actor)


def _settle(kind: str, run_id: int, actor: str) -> None:
    StaffTask.objects.filter(run_id=run_id, kind=kind, status=OPEN).update(status=DONE, done_at=db_now(), done_by=actor)


def _insert(
    step: Step, kind: str, who: str, params: dict[str, Any], words: Words, due_at: datetime | None, owner: str
) -> People:
    each = words.each or {}
    return fetch_people(
        _INSERT.format(who=who),
        {
            **params, "kind": kind, "owner": owner, "canvas": step.canvas_id, "run": step.run_id, "node": step.node,
            "wave": step.wave_id, "round": step.round, "title": words.title, "text": words.text, "due": due_at,
            "length": _TITLE_LENGTH, "ids": list(each), "titles": [title for title, _ in each.values()],
            "texts": [text for _, text in each.values()],
        },
    )  # fmt: skip


def staff_of_step(step: Step, kind: str = STAFF) -> dict[int, int]:
    """staff member → open tasks that this step has made for them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT staff_id, count(*) FROM customers_stafftask WHERE tenant_id = %s AND run_id = %s AND node = %s AND wave_id = %s "
            "AND round = %s AND kind = %s AND staff_id IS NOT NULL AND status = 'open' GROUP BY 1",
            [current_tenant_id(), step.run_id, step.node, step.wave_id, step.round, kind],
        )
        return dict(cursor.fetchall())


def task_close(task: StaffTask, status: str, *, result: str, actor: str) -> StaffTask:
    """done or dismissed. Closing it twice changes nothing; raises TASK_CLOSED when it was closed the other way."""
    if task.status == status:
        return task
    if task.status != OPEN:
        raise ProblemError(CustomerCode.TASK_CLOSED)
    task.status, task.result, task.done_at, task.done_by = status, result, db_now(), actor
    task.save(update_fields=["status", "result", "done_at", "done_by"])
    audit(actor, f"staff_task.{status}", f"staff_task:{task.pk}")
    return task


def task_reopen(task: StaffTask, *, actor: str) -> StaffTask:
    """Takes a closing back."""
    if task.status != OPEN:
        task.status, task.result, task.done_at, task.done_by = OPEN, "", None, ""
        task.save(update_fields=["status", "result", "done_at", "done_by"])
        audit(actor, "staff_task.reopen", f"staff_task:{task.pk}")
    return task


def staff_name(member: int) -> str | None:
    """The name of the staff member with this id; None when there is none."""
    found = Staff.objects.filter(pk=member).first()
    return found.name if found else None
