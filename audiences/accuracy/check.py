"""Checks one tag: a sample of those who carry it and of those who do not, each looked at, the wrong ones listed with why."""

import math
from typing import Any

import orjson
from django.db import connection

from audiences.accuracy.person import Examiner, Happened, Person
from audiences.evaluate import Evaluation
from audiences.facade import events_in_rule
from audiences.figures.definitions import definitions
from audiences.models import TagCheck
from audiences.rule import Leaf, leaves, parse_rule
from audiences.tagging import follows
from audiences.world import open_world
from customers import touched
from customers.models import Tag
from customers.people import everyone, profiles
from customers.tags import tagged
from kernel.copy import id_list
from kernel.sets import People, from_array, stable_hash, to_array
from tenants.jobs import Progress
from tenants.scope import current_tenant_id, tenant_tx

CHECK_TAG = "tag.check"
EACH = 500  # of those with the tag and of those without it: a thousand customers
LISTED = 50
_Z = 1.959964  # 95 %


def wilson(right: int, looked_at: int) -> tuple[float, float]:
    """95 % interval of a share (Wilson 1927); nothing is known of nobody."""
    if not looked_at:
        return 0.0, 1.0
    share, z2 = right / looked_at, _Z**2
    middle = (share + z2 / (2 * looked_at)) / (1 + z2 / looked_at)
    half = _Z / (1 + z2 / looked_at) * math.sqrt(share * (1 - share) / looked_at + z2 / (4 * looked_at**2))
    return max(middle - half, 0.0), min(middle + half, 1.0)


def _sample(group: People, salt: str) -> People:
    """At most EACH of them, at random but the same for the same salt."""
    ids = to_array(group)
    return from_array(ids[stable_hash(salt, ids).argsort()[:EACH]]) if len(ids) > EACH else group


def _persons(sample: People, names: set[str]) -> list[Person]:
    events: dict[int, list[Happened]] = {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT customer_id, name, occurred_at, properties::text FROM customers_event "
            "WHERE tenant_id = %s AND customer_id = ANY(%s::bigint[]) AND name = ANY(%s)",
            [current_tenant_id(), id_list(sample), sorted(names)],
        )
        for customer, name, at, properties in cursor.fetchall():
            events.setdefault(customer, []).append(Happened(name, at, orjson.loads(properties)))
    return [
        Person(customer, known["attributes"], known["tags"], events.get(customer, []))
        for customer, known in profiles(sample).items()
    ]


def check(tag: Tag) -> TagCheck:
    """As of now. Who is still on the queue is left out: their tag is behind, which is not the same as wrong."""
    world = open_world()
    tree = parse_rule(tag.rule, "/rule", world)
    carriers, waiting = tagged(tag.name), touched.waiting(follows(tag))
    there = everyone() - waiting
    salt = f"tag-check:{tag.pk}:{world.clock.now.isoformat()}"
    groups = {True: there & carriers, False: there - carriers}
    sampled = {carried: _sample(group, salt) for carried, group in groups.items()}
    both = sampled[True] | sampled[False]
    examiner = Examiner(world, definitions())
    unchecked = [leaf for leaf in leaves(tree) if not examiner.checks(leaf)]
    for leaf in unchecked:
        examiner.sets[leaf.key] = leaf.condition.people(leaf.params, Evaluation(world, both))
    wrong = [
        _why(who, who.id in carriers, list(leaves(tree)), examiner)
        for who in _persons(both, events_in_rule(tag.rule))
        if examiner.holds(tree, who) != (who.id in carriers)
    ]
    return _kept(tag, groups, sampled, wrong, sorted({leaf.condition.key for leaf in unchecked}))


def _why(who: Person, carried: bool, conditions: list[Leaf], examiner: Examiner) -> dict[str, Any]:
    found = [(leaf, *examiner.leaf(leaf, who)) for leaf in conditions]
    return {
        "customer": str(who.id),
        "carries": carried,
        "conditions": [
            {"condition": leaf.condition.key, "labels": leaf.condition.labels.labels(), "holds": holds,
             "found": None if value is None else str(value)}
            for leaf, holds, value in found
        ],
    }  # fmt: skip


def _kept(
    tag: Tag, groups: dict[bool, People], sampled: dict[bool, People], wrong: list[Any], unchecked: list[str]
) -> TagCheck:
    """Each group's share counts by how many people it stands for."""
    total = sum(len(group) for group in groups.values()) or 1
    share, low, high = 0.0, 0.0, 0.0
    parts = {}
    for carried, sample in sampled.items():
        right = len(sample) - sum(one["carries"] == carried for one in wrong)
        ends, weight = wilson(right, len(sample)), len(groups[carried]) / total
        low, high = low + ends[0] * weight, high + ends[1] * weight
        share += weight * (right / len(sample) if len(sample) else 1)
        parts["with" if carried else "without"] = {
            "people": len(groups[carried]), "checked": len(sample), "right": right, "low": ends[0], "high": ends[1],
        }  # fmt: skip
    return TagCheck.objects.create(
        tag_id=tag.pk, accuracy=round(share, 6), low=round(low, 6), high=round(high, 6), checked=sum(len(s) for s in sampled.values()),
        wrong=len(wrong), detail={"groups": parts, "wrong": wrong[:LISTED], "unchecked": unchecked},
    )  # fmt: skip


def check_job(params: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """One tag with a rule; a second run after a crash is one more check."""
    with tenant_tx(params["tenant"]):
        tag = Tag.objects.filter(pk=params["tag"], rule__isnull=False).first()
        found = check(tag) if tag else None
        progress(1, 1)
    return {"check": str(found.pk), "accuracy": found.accuracy} if found else {}
