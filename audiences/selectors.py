"""Reads of saved audiences: rows as JSON, names, who uses them. Computes no audience."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import Count

from audiences.conditions.group import audiences_in
from audiences.days import at_end_of
from audiences.models import Audience
from audiences.snapshots import change_since, snapshot
from customers.models import Tag
from kernel.clock import db_now
from kernel.events import ask
from kernel.language import is_english
from tenants.scope import current_tenant_id
from tenants.settings import tenant_now

TREND_DAYS = 30


def audiences_listed(search: str = "", *, archived: bool = False, **equal: str | None) -> Any:
    """Audiences of the tenant, as a queryset. equal: kind, folder, owner; None or absent: any."""
    rows = Audience.objects.filter(archived_at__isnull=not archived)
    rows = rows.filter(**{field: value for field, value in equal.items() if value is not None})
    return rows.filter(name__icontains=search) if search else rows


def folders() -> dict[str, Any]:
    """{"folders": [{"name", "count"}], "owners": [{"name", "count"}], "archived"}: what the list can be narrowed to."""
    rows = audiences_listed()
    counted = {
        field: [
            {"name": name, "count": count}
            for name, count in rows.values_list(field).annotate(n=Count("pk")).order_by(field)
        ]
        for field in ("folder", "owner")
    }
    archived = audiences_listed(archived=True).count()
    return {"folders": counted["folder"], "owners": counted["owner"], "archived": archived}


def audience_name(audience_id: int) -> str | None:
    return Audience.objects.filter(pk=audience_id, archived_at=None).values_list("name", flat=True).first()


Users = list[dict[str, Any]]


def named_by() -> dict[int, Users]:
    """audience → the audiences and tags whose rule names it."""
    found: dict[int, Users] = defaultdict(list)
    for kind, rows in (("audience", audiences_listed()), ("tag", Tag.objects.all())):
        # only rules with such a condition hold this word behind a quote; whether as a condition is then looked at
        likely = rows.extra(where=["rule::text LIKE %s"], params=['%"audience%']).order_by("id")
        for other, name, rule in likely.values_list("pk", "name", "rule"):
            for audience_id in audiences_in(rule):
                found[audience_id].append({"type": kind, "id": str(other), "name": name})
    return found


def used_by(audience_id: int, named: dict[int, Users] | None = None) -> Users:
    """[{"type", "id", "name"}]: canvases (asked of the floor above) and audiences whose rule names this one."""
    users = [user for answer in ask("audiences.users", audience_id=audience_id) for user in answer]
    return [*users, *_below(audience_id, named)]


def usage(audience_id: int) -> Users:
    """The same, and for canvases where: [{"status", "draft": [place], "live": [place]}]."""
    places = [place for answer in ask("audiences.usage", audience_id=audience_id) for place in answer]
    known = {(place["type"], place["id"]): place for place in places}
    return [known.get((user["type"], user["id"]), user) for user in used_by(audience_id)]


def _below(audience_id: int, named: dict[int, Users] | None) -> Users:
    return (named_by() if named is None else named).get(audience_id, [])


def trends(ids: Sequence[int]) -> dict[int, list[int]]:
    """audience → the last size of each day (the tenant's zone) of the last TREND_DAYS on which it was computed."""
    found: dict[int, list[int]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT ON (audience_id, (at AT TIME ZONE %(zone)s)::date) audience_id, size FROM audiences_audiencesize "
            "WHERE tenant_id = %(tenant)s AND audience_id = ANY(%(ids)s) AND at > now() - make_interval(days => %(days)s) "
            "ORDER BY audience_id, (at AT TIME ZONE %(zone)s)::date, at DESC",
            {"zone": tenant_now().timezone, "tenant": current_tenant_id(), "ids": list(ids), "days": TREND_DAYS},
        )
        for audience_id, size in cursor.fetchall():
            found[audience_id].append(size)
    return found


def audiences_show(audiences: list[Audience]) -> list[dict[str, Any]]:
    """In the API's shape; what belongs to them is read together."""
    named, trend = named_by(), trends([audience.pk for audience in audiences])
    return [_shape(audience, used_by(audience.pk, named), trend.get(audience.pk, [])) for audience in audiences]


def audience_show(audience: Audience) -> dict[str, Any]:
    return audiences_show([audience])[0]


def _shape(audience: Audience, users: Users, trend: list[int]) -> dict[str, Any]:
    return {
        "id": str(audience.pk), "name": audience.name, "kind": audience.kind, "description": audience.description,
        "folder": audience.folder, "owner": audience.owner, "rule": audience.rule, "size": audience.size,
        "computed_at": audience.computed_at, "schedule": audience.schedule, "next_refresh_at": audience.next_refresh_at,
        "change": audience.change, "failure": _failure(audience.failure), "trend": trend, "used_by": users,
        "archived_at": audience.archived_at, "created_at": audience.created_at, "updated_at": audience.updated_at,
    }  # fmt: skip


def _failure(noted: dict[str, Any] | None) -> dict[str, Any] | None:
    if not noted:
        return None
    texts = noted.get("texts", {})
    return {"code": noted.get("code"), "detail": texts.get("en" if is_english() else "zh"), "at": noted.get("at")}


def changes(audience: Audience) -> dict[str, Any]:
    """{"day", "week"}: against the end of the day before the latest computation, and of the same day a week before."""
    if audience.computed_at is None:
        return {"day": None, "week": None}
    day = audience.computed_at.astimezone(ZoneInfo(tenant_now().timezone)).date()
    people, found = snapshot(audience.pk), dict[str, Any]()
    for name, back in (("day", 1), ("week", 7)):
        before = at_end_of(audience.pk, day - timedelta(days=back))
        found[name] = change_since(before.people, before.at, people) if before else None
    return found


def history_since(days: int) -> Any:
    """The start of a history of so many days; None for all."""
    return db_now() - timedelta(days=days) if days else None
