"""Answers at once about rules that nobody saved: how many, who for instance."""

from typing import Any

from audiences.counting import counted
from audiences.evaluate import evaluate
from audiences.limit import bounded
from audiences.rule import parse_rule, warnings_of
from audiences.world import open_world
from customers.selectors import customers_show
from kernel.sets import first, to_array


def preview(rule: object, sample: int, *, counts: bool = False) -> dict[str, Any]:
    """{"count", "sample": customers, "as_of"}. Raises ProblemError with pointers below /rule.

    counts: also {"counts": pointer within the rule → how many; {} where that would take too long, "warnings"}.
    """
    world = open_world()
    tree = parse_rule(rule, "/rule", world)
    each = counted(tree, world) if counts else None
    with bounded():
        people = each[0] if each else evaluate(tree, world)
    shown = customers_show([int(i) for i in to_array(first(people, sample))])
    answer = {"count": len(people), "sample": shown, "as_of": world.clock.now}
    if not counts:
        return answer
    warnings = [warning.as_json() for warning in warnings_of(tree, world)]
    return {**answer, "counts": each[1] if each else {}, "warnings": warnings}
