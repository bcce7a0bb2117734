"""Membership of a saved audience."""

from typing import TYPE_CHECKING

from pydantic import Field

from audiences.condition import CONDITIONS, Condition
from audiences.errors import Code
from audiences.forms import ui
from audiences.world import World
from kernel.access import row_id
from kernel.errors import FieldProblem, problem_at
from kernel.language import Text
from kernel.schema import Body
from kernel.sets import People

if TYPE_CHECKING:
    from audiences.evaluate import Evaluation


class AudienceParams(Body):
    id: str = Field(json_schema_extra=ui(1, "人群", "Audience", "audience-picker"))


def audiences_in(rule: object) -> set[int]:
    """Ids of the audiences that a rule names, also in a rule that is not quite right."""
    if isinstance(rule, list):
        return set().union(*(audiences_in(part) for part in rule))
    if not isinstance(rule, dict):
        return set()
    if rule.get("condition") in ("audience", "audience_count"):
        named = rule.get("ids") if rule["condition"] == "audience_count" else [rule.get("id")]
        return {found for text in (named if isinstance(named, list) else []) if (found := row_id(text)) is not None}
    return set().union(*(audiences_in(rule[kind]) for kind in ("all", "any", "not") if kind in rule))


def _reaches(world: World, start: int, goal: int, seen: set[int]) -> bool:
    if start == goal:
        return True
    seen.add(start)
    saved = world.audience(start)
    onward = audiences_in(saved.rule) - seen if saved and saved.rule else set()
    return any(_reaches(world, following, goal, seen) for following in onward)


class AudienceCondition(Condition[AudienceParams]):
    """A dynamic audience is asked by its rule as of now, a static one by its list."""

    key, dimension, labels, model = "audience", "group", Text("属于人群", "In an audience"), AudienceParams
    help = Text(
        "在另一个人群里;动态人群按此刻的规则算",
        "Is in another audience; a dynamic one is asked by its rule as of now",
    )
    cost = 5

    def problems(self, params: AudienceParams, world: World) -> list[FieldProblem]:
        known = row_id(params.id)
        if known is None or world.audience(known) is None:
            return [problem_at("/id", Code.UNKNOWN_AUDIENCE)]
        if world.editing is not None and _reaches(world, known, world.editing, set()):
            return [problem_at("/id", Code.AUDIENCE_CYCLE)]
        return []

    def people(self, params: AudienceParams, evaluation: "Evaluation") -> People:
        return evaluation.audience(int(params.id))


CONDITIONS.register(AudienceCondition.key, AudienceCondition())
