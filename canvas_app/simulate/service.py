"""A test run of a draft with chosen customers. Has no effects, but for messages to the test addresses that were asked for."""

from datetime import datetime
from typing import Any

from canvas_app.models import Canvas
from canvas_app.nodes.base import registry
from canvas_app.simulate.answer import answer
from canvas_app.simulate.notebook import Notebook
from canvas_app.simulate.sources import Happening, let_in
from canvas_app.simulate.walking import draft_plan, virtual_walk
from channels import facade as channels
from customers.selectors import there
from kernel.access import row_id
from kernel.clock import db_now
from kernel.errors import Code, FieldProblem, ProblemError, problem_at
from kernel.language import Text
from kernel.sets import People, people

MOST_CUSTOMERS, MOST_DELIVERED = 50, 20
_NO_CUSTOMER = Text("没有这位客户:{key}", "No such customer: {key}")
_NO_NODE = Text("没有这个节点或出口:{key}", "No such node or way out: {key}")


def simulate(
    canvas: Canvas, keys: list[str], *, event: Happening | None, at: datetime | None, assume: dict[str, str],
    send_to: dict[str, str], everyone: bool,
) -> dict[str, Any]:  # fmt: skip
    """keys: external ids, or ids. at: when it begins (now). send_to: channel → address that really gets the messages."""
    chosen, plan, start = _chosen(keys), draft_plan(canvas.draft), at or db_now()
    _check_assumed(assume, {n.id: registry[n.type].output_keys(n.config) for n in plan.walked.drawing.nodes.values()})
    notes = Notebook((event or Happening(_fitting(plan))).as_context(start))
    walk = virtual_walk(canvas.pk, plan, start, notes, assume, triggered=canvas.kind == "triggered")
    inside = let_in(walk, chosen, event, everyone=everyone)
    walk.until_the_end()
    return {"started_at": start, **answer(walk, chosen, inside), "delivered": _deliver(notes, send_to)}


def _chosen(keys: list[str]) -> People:
    """Raises a 400 problem for each key that is nobody's."""
    by_name = dict(there().filter(external_id__in=keys).values_list("external_id", "pk"))
    numbers = {n for k in keys if k not in by_name and (n := row_id(k)) is not None}
    by_id = {str(pk): pk for pk in there().filter(pk__in=numbers).values_list("pk", flat=True)}
    found = {**by_id, **by_name}
    missing = [
        problem_at(f"/customers/{i}", Code.BAD_VALUE, reason=_NO_CUSTOMER.say(key=k))
        for i, k in enumerate(keys)
        if k not in found
    ]
    if missing:
        raise ProblemError.invalid(missing)
    return people(found[k] for k in keys)


def _check_assumed(assume: dict[str, str], ports: dict[str, list[str]]) -> None:
    wrong: list[FieldProblem] = [
        problem_at(f"/assume/{node}", Code.BAD_VALUE, reason=_NO_NODE.say(key=f"{node}.{port}"))
        for node, port in assume.items()
        if port not in ports.get(node, [])
    ]
    if wrong:
        raise ProblemError.invalid(wrong)


def _fitting(plan: Any) -> str:
    """The name of an event that the first trigger is about."""
    return next((c.event for n in plan.starts if (c := plan.configs.get(n)) is not None and hasattr(c, "event")), "")


def _deliver(notes: Notebook, send_to: dict[str, str]) -> list[dict[str, Any]]:
    """The first messages of these channels, to the test addresses and nobody else."""
    done: list[dict[str, Any]] = []
    for customer, messages in notes.messages.items():
        for message in messages:
            to = send_to.get(message["channel"] or "")
            if to and message["content"] is not None and len(done) < MOST_DELIVERED:
                outcome = channels.hand_over_test(int(message["template_id"]), message["content"], to)
                done.append(
                    {
                        "customer": str(customer),
                        "node": message["node"],
                        "channel": message["channel"],
                        "to": to,
                        **outcome,
                    }
                )
    return done
