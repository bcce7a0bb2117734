"""Equations of movement: every edge, every node, and the sets of people themselves. Reads only."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from django.db import connection

from canvas_app.counts import Counts
from canvas_app.models import Run
from canvas_app.runtime.plan import Plan
from kernel.language import Text
from kernel.proof import Equation
from kernel.sets import People, load
from tenants.scope import current_tenant_id

WAVES_BY_SET = 50  # up to here each wave is compared for itself, beyond it all of them together

_EDGE = Text(
    "从出口走上连线 {edge} 的人 = 走到的人 + 在路上的人", "Let out onto edge {edge} = taken in at its end + on the way"
)
_NODE = Text("进入“{node}”的人次 = 离开 + 停留 + 合并", "Came into “{node}” = left it + stand there + merged")
_WAVE = Text(
    "第 {wave} 批:进入的人 = 里面的人 + 离开的人(差异人数)",
    "Wave {wave}: who entered = who is inside or left (people who differ)",
)
_ALL = Text(
    "所有批次:进入的人 = 里面的人 + 离开的人(差异人数)",
    "All waves: who entered = who is inside or left (people who differ)",
)
_PLACE = Text("站在本版本没有的节点上的人", "People who stand at a node that this version does not have")
# doors only of the ports that lead nowhere; "" stands for all of a run's waves together
_SETS = """
    SELECT 'entered', id, '', '', people FROM canvas_app_wave WHERE tenant_id = %(tenant)s AND run_id = %(run)s
    UNION ALL SELECT 'inside', wave_id, '', '', people FROM canvas_app_cohort WHERE tenant_id = %(tenant)s AND run_id = %(run)s
    UNION ALL SELECT kind, wave_id, node, port, people FROM canvas_app_passage
    WHERE tenant_id = %(tenant)s AND run_id = %(run)s AND kind IN ('out', 'drop')
"""


def edges(plan: Plan, counts: Counts) -> Iterator[Equation]:
    for e in plan.graph.edges:
        there = counts.into[e.id] + counts.arrived[e.id]
        yield Equation(f"edge:{e.id}", counts.out[e.source, e.source_port], there, _EDGE, {"edge": e.id})


def nodes(plan: Plan, counts: Counts) -> Iterator[Equation]:
    left: dict[str, int] = defaultdict(int)
    for (at, _), n in [*counts.out.items(), *counts.drop.items()]:
        left[at] += n
    for node in plan.graph.nodes.values():
        accounted = left[node.id] + counts.inside[node.id] + counts.merged[node.id]
        yield Equation(f"node:{node.id}", counts.entered[node.id], accounted, _NODE, {"node": node.label or node.id})


def places(plan: Plan, counts: Counts) -> Equation:
    known = set(plan.graph.nodes)
    strangers = sum(n for node, n in counts.inside.items() if node not in known)
    ways = {":", *(e.id for e in plan.graph.edges), *(f"{node}:" for node in known)}
    strangers += sum(n for way, n in counts.arrived.items() if way not in ways)
    return Equation("places", strangers, 0, _PLACE)


class Walked:
    """Who entered, stands inside and left, by wave: read in one statement, so that all three are of one moment."""

    def __init__(self, run: Run, plan: Plan, *, by_wave: bool) -> None:
        self.entered: dict[int, People] = defaultdict(People)
        self.inside: dict[int, People] = defaultdict(People)
        self.left: dict[int, People] = defaultdict(People)
        with connection.cursor() as cursor:
            cursor.execute(_SETS, {"tenant": current_tenant_id(), "run": run.pk})
            for kind, wave, node, port, raw in cursor:
                if kind != "out" or not plan.graph.out_edges(node, port):
                    getattr(self, "left" if kind in ("out", "drop") else kind)[wave if by_wave else 0] |= load(raw)

    def equations(self) -> Iterator[Equation]:
        waves = self.entered.keys() | self.inside.keys() | self.left.keys()
        for wave in sorted(waves):
            differ = self.entered[wave] ^ (self.inside[wave] | self.left[wave])
            yield Equation(f"wave:{wave}" if wave else "waves", len(differ), 0, _WAVE if wave else _ALL, {"wave": wave})

    def sizes(self) -> dict[str, int]:
        """People by wave (somebody in two waves entered twice)."""
        gone = sum(len(self.left[w] - self.inside[w]) for w in list(self.left))
        return {"entered": _people(self.entered), "inside": _people(self.inside), "left": gone}


def _people(found: dict[int, People]) -> int:
    return sum(map(len, found.values()))


def names(equations: Iterable[Equation]) -> list[str]:
    """As the short check says them: edges and nodes by their id alone."""
    return [e.name.removeprefix("edge:").removeprefix("node:") for e in equations if not e.ok]
