"""Equations between the canvas and the rooms' ledgers: who passed a step has its message or grant, and nobody else has."""

from collections.abc import Iterator

from django.db import connection

from canvas_app.models import Cohort, Passage, Run
from canvas_app.nodes.base import ALREADY_SERVED
from canvas_app.nodes.handing import SENDING
from canvas_app.runtime.plan import Plan
from channels import facade as channels
from customers.aliases import with_survivors
from kernel.language import Text
from kernel.proof import Equation
from kernel.sets import People, load, union
from rewards import facade as rewards
from tenants.scope import current_tenant_id

_UNTOLD = Text("经过“{node}”却没有消息的人", "People who passed “{node}” and have no message of it")
_UNSEEN = Text("有“{node}”的消息却没有经过的人", "People who have a message of “{node}” and did not pass it")
_GRANTED = Text(
    "从“{node}”领到权益离开的人与发放账本之差", "People let out of “{node}” as granted, against the ledger of grants"
)
_WAITING = Text(
    "等待发送结果的人与发送任务之差(任务 {jobs})", "People who wait for a send job, against the jobs (jobs {jobs})"
)


def ledgers(run: Run, plan: Plan) -> Iterator[Equation]:
    for node in plan.graph.nodes.values():
        if node.type in ("message.send", "webhook.push"):
            yield from _touched(run, node.id, node.label or node.id)
        elif node.type == "reward.grant":
            granted = with_survivors(rewards.granted_people(run.pk, node.id)) ^ _passed(run, node.id, "out", "out")
            yield Equation(f"granted:{node.id}", len(granted), 0, _GRANTED, {"node": node.label or node.id})
    yield _sending(run)


def _touched(run: Run, node: str, label: str) -> Iterator[Equation]:
    """People put off by quiet hours have no message yet; who is dropped at the node may have one (stopped) or none."""
    sending = Cohort.objects.filter(run_id=run.pk, node=node, waits_for__startswith=SENDING)
    passed = _passed(run, node, "out")
    passed |= with_survivors(union(load(raw) for raw in sending.values_list("people", flat=True)))
    before = _passed(run, node, "held", ALREADY_SERVED)  # by an older version, whose ledger has them
    told = with_survivors(channels.message_people(run.pk, node))
    yield Equation(f"untold:{node}", len(passed - before - told), 0, _UNTOLD, {"node": label})
    yield Equation(
        f"unseen:{node}",
        len(told - passed - _passed(run, node, "drop")),
        0,
        _UNSEEN,
        {"node": label},
    )


def _passed(run: Run, node: str, kind: str, port: str | None = None) -> People:
    """As who they are today: a merge gives the ledger's rows to the survivor, the history of a run stays."""
    rows = Passage.objects.filter(run_id=run.pk, node=node, kind=kind)
    chosen = rows.filter(port=port) if port else rows
    return with_survivors(union(load(raw) for raw in chosen.values_list("people", flat=True)))


def _sending(run: Run) -> Equation:
    """Each job's people stand in cohorts that wait for it, and each cohort that waits for a job has it."""
    jobs = channels.waiting_by_job(run.pk)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT substr(waits_for, %s)::bigint, sum(size)::bigint FROM canvas_app_cohort WHERE tenant_id = %s AND run_id = %s "
            "AND waits_for LIKE %s GROUP BY 1",
            [len(SENDING) + 1, current_tenant_id(), run.pk, f"{SENDING}%"],
        )
        standing = dict(cursor.fetchall())
    wrong = {j: abs(jobs.get(j, 0) - standing.get(j, 0)) for j in jobs.keys() | standing.keys()}
    named = ", ".join(str(j) for j, n in sorted(wrong.items()) if n) or "–"
    return Equation("sending", sum(wrong.values()), 0, _WAITING, {"jobs": named[:200]})
