"""Reads of saved audiences: rows as JSON, names, who uses them. Computes no audience."""

from collections.abc import Iterable
from typing import Any

from audiences.conditions.group import audiences_in
from audiences.models import Audience
from kernel.events import ask


def audiences_listed(search: str = "") -> Any:
    """Audiences of the tenant, as a queryset."""
    rows = Audience.objects.filter(archived_at=None)
    return rows.filter(name__icontains=search) if search else rows


def audience_name(audience_id: int) -> str | None:
    return Audience.objects.filter(pk=audience_id, archived_at=None).values_list("name", flat=True).first()


def used_by(audience_id: int) -> list[dict[str, Any]]:
    """[{"type", "id", "name"}]: canvases (asked of the floor above) and audiences whose rule names this one."""
    users = [user for answer in ask("audiences.users", audience_id=audience_id) for user in answer]
    return [*users, *_audiences_naming(audience_id)]


def _audiences_naming(audience_id: int) -> Iterable[dict[str, Any]]:
    # the text of the id stands somewhere in the rule; whether as an audience is then looked at
    others = Audience.objects.filter(archived_at=None, rule__isnull=False).extra(
        where=["rule::text LIKE %s"], params=[f'%"{audience_id}"%']
    )
    for other in others.order_by("id"):
        if audience_id in audiences_in(other.rule):
            yield {"type": "audience", "id": str(other.pk), "name": other.name}


def audience_show(audience: Audience) -> dict[str, Any]:
    return {
        "id": str(audience.pk),
        "name": audience.name,
        "kind": audience.kind,
        "rule": audience.rule,
        "size": audience.size,
        "computed_at": audience.computed_at,
        "used_by": used_by(audience.pk),
        "created_at": audience.created_at,
        "updated_at": audience.updated_at,
    }
