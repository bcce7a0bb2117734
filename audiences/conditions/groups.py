"""Membership of several audiences at once, and a sample that stays the same."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field, StringConstraints

from audiences.algebra import at_least
from audiences.condition import CONDITIONS, Condition
from audiences.conditions.group import AudienceCondition, AudienceParams
from audiences.forms import ui
from audiences.world import World
from customers.comparisons import Compared
from customers.operators import compare_number
from kernel.errors import FieldProblem
from kernel.language import Text
from kernel.schema import Body
from kernel.sets import People, split

if TYPE_CHECKING:
    from audiences.evaluate import Evaluation

Id = Annotated[str, StringConstraints(min_length=1, max_length=40)]
_OPERATORS = ("gte", "eq", "lte")


class SeveralParams(Body):
    ids: list[Id] = Field(min_length=2, max_length=20, json_schema_extra=ui(1, "人群", "Audiences", "audience-picker"))
    op: Literal["gte", "eq", "lte"] = Field("gte", json_schema_extra=ui(2, "比较", "Operator"))
    value: int = Field(
        2,
        ge=0,
        le=20,
        strict=True,
        json_schema_extra=ui(3, "几个", "How many", "number", unit=Text("个人群", "audiences")),
    )


class SeveralCondition(Condition[SeveralParams]):
    """In at least (exactly, at most) so many of these audiences."""

    key, dimension, labels, model = (
        "audience_count",
        "group",
        Text("同时属于几个人群", "In how many of these audiences"),
        SeveralParams,
    )
    help = Text(
        "在所列人群中至少(正好、至多)属于几个,例如 3 个人群里至少 2 个",
        "In at least (exactly, at most) so many of the audiences: 2 of these 3",
    )
    operators = _OPERATORS
    cost = 10
    _one = AudienceCondition()

    def problems(self, params: SeveralParams, world: World) -> list[FieldProblem]:
        found = list[FieldProblem]()
        for number, audience_id in enumerate(params.ids):
            for problem in self._one.problems(AudienceParams(id=audience_id), world):
                problem.pointer = f"/ids/{number}"
                found.append(problem)
        return found

    def people(self, params: SeveralParams, evaluation: "Evaluation") -> People:
        audiences = (evaluation.audience(int(audience_id)) for audience_id in sorted(set(params.ids)))
        return in_so_many(audiences, compare_number(params.op, params.value), evaluation)


def in_so_many(groups: Iterable[People], wanted: Compared, evaluation: "Evaluation") -> People:
    """Those who are in so many of the groups as is wanted; in none of them: the rest."""
    more, found = at_least(groups), People()
    for n in range(len(more) + 1):
        if wanted.test(n, evaluation.world.clock):
            above = more[n] if n < len(more) else People()
            found |= evaluation.rest(above) if n == 0 else more[n - 1] - above
    return found


class SampleParams(Body):
    percent: float = Field(
        10, gt=0, le=100, strict=True, json_schema_extra=ui(1, "百分比", "Percent", "number", unit=Text("%", "%"))
    )
    seed: str = Field(
        "", max_length=100, json_schema_extra=ui(2, "种子", "Seed", "text", help=Text("同一种子总是同一批人", "The same seed, the same people"))
    )  # fmt: skip


class SampleCondition(Condition[SampleParams]):
    """A share of everybody, the same people each time, whoever joins later: for pilots and for groups left alone."""

    key, dimension, labels, model = "sample", "group", Text("固定抽样", "A stable sample"), SampleParams
    help = Text(
        "按比例抽一批人,每次都是同一批,例如 10% 试点或对照",
        "A share of everybody, always the same people: 10 % for a pilot or to leave alone",
    )
    cost = 4

    def people(self, params: SampleParams, evaluation: "Evaluation") -> People:
        if params.percent >= 100:
            return evaluation.everyone()
        chosen, _ = split(evaluation.everyone(), f"sample:{params.seed}", [params.percent, 100 - params.percent])
        return chosen


for condition in (SeveralCondition(), SampleCondition()):
    CONDITIONS.register(condition.key, condition)
