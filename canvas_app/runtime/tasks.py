"""Tasks for people, made by a step: their texts are written for each customer, and staff are told in one message each."""

from datetime import datetime

from canvas_app.nodes.base import Assigned
from channels import facade as channels
from customers import staff_tasks
from kernel.language import Text
from kernel.sets import People, people
from kernel.step import Step

_GATHER_SECONDS = 10.0  # a crowd comes in several steps; the message counts all tasks that are there when it leaves
_DIGEST = Text("你有 {{ tasks }} 个新任务", "You have {{ tasks }} new task(s)")
_MARKS = ("{{", "{%")


def assign_tasks(
    step: Step, to: staff_tasks.To, title: str, text: str, group: People, due_at: datetime | None
) -> Assigned:
    """Never twice for a customer and member: the table's key says so."""
    words, failed = staff_tasks.Words(title, text), People()
    if any(mark in title + text for mark in _MARKS):
        said = channels.texts_for(step, {"title": title, "text": text}, group)
        words = staff_tasks.Words(title, text, {c: (w["title"], w["text"]) for c, w in said.items()})
        failed = group - people(said)
    made = staff_tasks.assign(step, to, group - failed, words, due_at)
    return Assigned(made.made, made.nobody, failed)


def tell_staff(step: Step, account_id: int, title: str) -> None:
    """One message for each member with a task of this step, by the ledger: a second call adds nobody."""
    text = _DIGEST.say()
    if not any(mark in title for mark in _MARKS):  # one that is the same for all
        text = f"{text}: {title}"
    after = 0.0 if step.triggered else _GATHER_SECONDS
    channels.tell_staff(step, account_id, people(staff_tasks.staff_of_step(step)), text, after)
