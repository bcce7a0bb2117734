"""Reads of saved audiences: rows as JSON, names, who uses them. Computes no audience."""

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


Users = list[dict[str, Any]]


def named_by() -> dict[int, Users]:
    """audience → the audiences whose rule names it, in one read."""
    found: dict[int, Users] = {}
    # only rules with such a condition hold this word in quotes; whether as a condition is then looked at
    rows = audiences_listed().extra(where=["rule::text LIKE %s"], params=['%"audience"%'])
    for other, name, rule in rows.order_by("id").values_list("pk", "name", "rule"):
        for audience_id in audiences_in(rule):
            found.setdefault(audience_id, []).append({"type": "audience", "id": str(other), "name": name})
    return found


def used_by(audience_id: int, named: dict[int, Users] | None = None) -> Users:
    """[{"type", "id", "name"}]: canvases (asked of the floor above) and audiences whose rule names this one."""
    users = [user for answer in ask("audiences.users", audience_id=audience_id) for user in answer]
    return [*users, *(named_by() if named is None else named).get(audience_id, [])]


def audience_show(audience: Audience, named: dict[int, Users] | None = None) -> dict[str, Any]:
    """named: `named_by()`, when many are shown."""
    return {
        "id": str(audience.pk),
        "name": audience.name,
        "kind": audience.kind,
        "rule": audience.rule,
        "size": audience.size,
        "computed_at": audience.computed_at,
        "used_by": used_by(audience.pk, named),
        "created_at": audience.created_at,
        "updated_at": audience.updated_at,
    }
