"""Tags that a rule keeps: who should carry them, the difference to who does, and what the rule depends on.

Only the difference is written, with tag.added and tag.removed as by any other way.
"""

from collections.abc import Callable, Iterator
from typing import Any

from django.db import transaction

from audiences.conditions.group import audiences_in
from audiences.evaluate import evaluate
from audiences.facade import events_in_rule, rule_problems
from audiences.figures import upkeep as figures
from audiences.models import Audience
from audiences.rule import parse_rule
from audiences.world import open_world
from customers import touched
from customers.errors import CustomerCode
from customers.models import Tag
from customers.tags import tag_by_rule, tagged
from kernel.clock import db_now
from kernel.errors import FieldProblem, ProblemError, problem_at
from kernel.sets import People, union
from tenants.jobs import Progress, job_create
from tenants.scope import current_tenant_id, tenant_tx

REFRESH_TAG = "tag.refresh"
AT_ONCE = 20_000  # so many changes are written while the caller waits; more become a job
# what changes people without an event that a rule could name
_CHANGES = (touched.CHANGED, touched.MERGED, "consent.withdrawn")


def ruled_tags() -> list[Tag]:
    return list(Tag.objects.filter(rule__isnull=False).order_by("id"))


def named_in(rule: Any) -> set[str]:
    """Names of the tags that a rule looks at, itself or through the audiences that it names."""
    return set(_names(rule, set()))


def _names(rule: Any, seen: set[int]) -> Iterator[str]:
    if isinstance(rule, list):
        for part in rule:
            yield from _names(part, seen)
    elif isinstance(rule, dict):
        if str(rule.get("condition", "")).startswith("tag"):
            values = [rule.get(key) for key in ("value", "tag", "tags", "name")]
            yield from (n for v in values for n in (v if isinstance(v, list) else [v]) if isinstance(n, str))
        for key in ("all", "any", "not"):
            yield from _names(rule.get(key), seen)
        for audience in audiences_in(rule) - seen if "condition" in rule else ():
            seen.add(audience)
            yield from _names(Audience.objects.filter(pk=audience).values_list("rule", flat=True).first(), seen)


def tag_rule_problems(*, rule: Any, name: str) -> list[FieldProblem]:
    """Faults of a rule that is to keep the tag `name`."""
    problems = rule_problems(rule, "/rule")
    if not problems and _depends_on(name, rule, {t.name: t.rule for t in ruled_tags()}, set()):
        return [problem_at("/rule", CustomerCode.TAG_CYCLE, name=name)]
    return problems


def _depends_on(name: str, rule: Any, rules: dict[str, Any], seen: set[str]) -> bool:
    found = named_in(rule)
    if name in found:
        return True
    following = (found & rules.keys()) - seen
    seen |= following
    return any(_depends_on(name, rules[other], rules, seen) for other in following)


def _difference(tag: Tag, within: People | None) -> tuple[People, People]:
    """Who is to get the tag, and who is to lose it."""
    world = open_world()
    wanted = evaluate(parse_rule(tag.rule, "/rule", world), world, within)
    carried = tagged(tag.name, within)
    return wanted - carried, carried - wanted


def _write(tag: Tag, added: People, removed: People) -> None:
    tag_by_rule(tag.pk, added, add=True)
    tag_by_rule(tag.pk, removed, add=False)


def _refreshed(tag: Tag, error: str = "") -> None:
    tag.refreshed_at, tag.error = db_now(), error
    tag.save(update_fields=["refreshed_at", "error"])


def keep(tag: Tag) -> None:
    """A rule that was just given: who carries the tag follows at once, or soon by a job when that is many."""
    figures.alone(wait=True)
    added, removed = _difference(tag, None)
    if len(added) + len(removed) > AT_ONCE:
        job_create(REFRESH_TAG, {"tenant": current_tenant_id(), "tag": tag.pk})
        return
    _write(tag, added, removed)
    _refreshed(tag)


def refresh_tag(tag: Tag) -> dict[str, Any]:
    """The rule asked of everybody. A rule that no longer works leaves everything as it is and its reason in words."""
    figures.alone(wait=True)
    try:
        with transaction.atomic():
            added, removed = _difference(tag, None)
            _write(tag, added, removed)
    except ProblemError as problem:
        _refreshed(tag, str(problem.as_json()["detail"]))
        return {"tag": str(tag.pk), "error": tag.error}
    _refreshed(tag)
    return {"tag": str(tag.pk), "added": len(added), "removed": len(removed)}


def follows(tag: Tag) -> set[str]:
    """What changes who carries the tag when it happens."""
    return {*_CHANGES, *events_in_rule(tag.rule), *(touched.OF_TAGS if named_in(tag.rule) else ())}


def refresh_touched(by_name: dict[str, People]) -> None:
    """Those to whom something happened that a rule looks at. What only time or others change comes with the day."""
    for tag in ruled_tags():
        names = follows(tag)
        people = union(group for name, group in by_name.items() if name in names)
        if people:
            try:
                with transaction.atomic():
                    _write(tag, *_difference(tag, people))
            except ProblemError as problem:
                _refreshed(tag, str(problem.as_json()["detail"]))


def refresh_job(params: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """One tag, in one transaction. Repeatable: what counts is the last computation."""
    with tenant_tx(params["tenant"]):
        tag = Tag.objects.filter(pk=params["tag"], rule__isnull=False).first()
        result = refresh_tag(tag) if tag else {}
        progress(1, 1)
    return result


def refresh_all(tenant_id: int, progress: Callable[[int, int | None], None]) -> int:
    """Every tag with a rule, each in a transaction of its own; how many."""
    with tenant_tx(tenant_id):
        ids = [tag.pk for tag in ruled_tags()]
    for number, tag_id in enumerate(ids, 1):
        with tenant_tx(tenant_id):
            tag = Tag.objects.filter(pk=tag_id, rule__isnull=False).first()
            if tag:
                refresh_tag(tag)
            progress(number, len(ids) + 1)
    return len(ids)


def rules_with_tag(*, name: str) -> list[dict[str, Any]]:
    """Audiences and other tags whose rule names the tag itself."""
    seen: set[int] = set(
        Audience.objects.values_list("pk", flat=True)
    )  # not through audiences: they are listed themselves
    users = [
        {"type": "audience", "id": str(row.pk), "name": row.name}
        for row in Audience.objects.filter(archived_at=None, rule__isnull=False).order_by("id")
        if name in set(_names(row.rule, seen))
    ]
    others = (tag for tag in ruled_tags() if name in set(_names(tag.rule, seen)))
    return users + [{"type": "tag", "id": str(tag.pk), "name": tag.name} for tag in others]
