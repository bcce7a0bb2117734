"""Which saved rules look at an attribute of customers."""

from typing import Any

from audiences.attribute_settings import attributes_in
from audiences.selectors import audiences_listed
from customers.models import Tag


def rules_with_attribute(*, key: str) -> list[dict[str, Any]]:
    """[{"type", "id", "name"}] of the saved audiences and tags whose rule looks at it."""
    return [
        {"type": kind, "id": str(pk), "name": name}
        for kind, rows in (("audience", audiences_listed()), ("tag", Tag.objects.all()))
        for pk, name, rule in rows.filter(rule__isnull=False).order_by("id").values_list("pk", "name", "rule")
        if key in attributes_in(rule)
    ]
