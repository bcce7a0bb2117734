"""What the canvas room hears from the rooms below."""

from typing import Any

from canvas_app.attribute_use import canvases_with_attribute
from canvas_app.merging import on_merged, on_unmerged
from canvas_app.models import Canvas, Cohort, Run
from canvas_app.of_customer import standing, timeline
from canvas_app.runtime.exits import note_exits
from canvas_app.runtime.fire import replan_all
from canvas_app.runtime.lineage import ancestors
from canvas_app.runtime.settle import people_leaving, touch_settled
from canvas_app.runtime.trigger import context_of
from canvas_app.selectors import canvases_in_operation, canvases_naming, runs_under_way
from canvas_app.usage import audience_places
from customers.aliases import with_survivors
from kernel.clock import db_now
from kernel.events import subscribe
from kernel.sets import People, load, to_array, union
from kernel.step import Step
from rewards import facade as rewards
from tenants.quotas import LIVE, RUNS, register_count


def connect() -> None:
    subscribe("channels.settled", touch_settled)
    subscribe("channels.leaving", people_leaving)
    subscribe("channels.context", context_of)
    subscribe("channels.context", reward_context)
    subscribe("customers.erased", leave_every_run)
    subscribe("customers.merged", on_merged)
    subscribe("customers.unmerged", on_unmerged)
    subscribe("customers.timeline.canvas", timeline)
    subscribe("customers.standing", standing)
    subscribe("customers.canvas_names", canvas_names)
    subscribe("audiences.users", canvases_with_audience)
    subscribe("audiences.inside_canvas", inside_canvas)
    subscribe("audiences.usage", places_of_audience)
    subscribe("customers.tag_users", canvases_with_tag)
    subscribe("customers.attribute_users", canvases_with_attribute)
    subscribe("channels.template_used_by", canvases_with_template)
    subscribe("rewards.users", canvases_with_package)
    subscribe("tenants.zone_changed", replan_all)
    register_count(LIVE, canvases_in_operation)
    register_count(RUNS, runs_under_way)


def reward_context(*, step: Step, waves: dict[int, People], wanted: frozenset[str]) -> dict[int, dict[str, Any]]:
    """What each customer was given in their wave, for `{{ reward.code }}`; before, where they came over from an older version."""
    if "reward" not in wanted:
        return {}
    found = rewards.latest_grants(step.run_id, waves)
    if len(found) < sum(map(len, waves.values())) and (
        run := Run.objects.filter(pk=step.run_id, moving__has_any_keys=["from", "merged"]).first()
    ):
        for wave, older in ancestors(run, waves).items():
            for run_id, old_wave in older:
                found = {**rewards.latest_grants(run_id, {old_wave: waves[wave]}), **found}
    return {c: {"reward": given} for c, given in found.items()}


def inside_canvas(*, canvas_id: int | None) -> People:
    """Everybody who stands at a step of this canvas, or of any."""
    standing = Cohort.objects.filter(run__status="running").exclude(node="")
    if canvas_id is not None:
        standing = standing.filter(run__canvas_id=canvas_id)
    return with_survivors(
        union(load(raw) for raw in standing.values_list("people", flat=True).iterator(chunk_size=200))
    )


def leave_every_run(*, people: People) -> None:
    """Erased customers leave all runs when their cohort next moves."""
    now = db_now()
    for run_id in Run.objects.filter(status="running").values_list("pk", flat=True):
        note_exits(run_id, "erased", ((int(c), now) for c in to_array(people)))


def canvas_names(*, ids: set[int]) -> dict[int, str]:
    """Names of the canvases that made tasks."""
    return dict(Canvas.objects.filter(pk__in=ids).values_list("pk", "name"))


def canvases_with_audience(*, audience_id: int) -> list[dict[str, Any]]:
    """By name in a node, or inside a rule of one."""
    in_rules = '$.** ? (@.condition == "audience" && @.id == $id)'
    counted = '$.** ? (@.condition == "audience_count").ids[*] ? (@ == $id)'
    return canvases_naming(["$.graph.nodes[*].config.audience ? (@ == $id)", in_rules, counted], audience_id)


def places_of_audience(*, audience_id: int) -> list[dict[str, Any]]:
    """The same canvases with the places where they use it."""
    return audience_places([int(use["id"]) for use in canvases_with_audience(audience_id=audience_id)], audience_id)


def canvases_with_tag(*, name: str) -> list[dict[str, Any]]:
    """Put on or taken off by a node, or inside a rule of one."""
    in_rules = '$.** ? (@.condition == "tag" && @.value[*] == $id)'
    return canvases_naming(["$.graph.nodes[*].config.tags[*] ? (@ == $id)", in_rules], name)


def canvases_with_template(*, template_id: int) -> list[dict[str, Any]]:
    in_touches = "$.graph.nodes[*].config.touches[*].template ? (@ == $id)"
    return canvases_naming(["$.graph.nodes[*].config.template ? (@ == $id)", in_touches], template_id)


def canvases_with_package(*, package_id: int) -> list[dict[str, Any]]:
    return canvases_naming(["$.graph.nodes[*].config.package ? (@ == $id)"], package_id)
