"""Which texts show an attribute of customers, by what their Liquid reads."""

from typing import Any

from liquid.exceptions import LiquidError

from channels.models import Template
from channels.templating import compiled, is_liquid

_PLACE = ("customer", "attributes")


def attributes_in(content: Any) -> set[str]:
    """Keys of the attributes that a content with variables names; none of one that can't be read."""
    if isinstance(content, str) and not is_liquid(content):
        return set()
    try:
        reads = compiled(content, frozenset()).reads
    except LiquidError:
        return set()
    return {read[2] for read in reads if read[:2] == _PLACE and len(read) > 2}


def templates_with_attribute(*, key: str) -> list[dict[str, Any]]:
    """[{"type", "id", "name"}] of the templates in use."""
    rows = Template.objects.filter(archived_at=None).order_by("id").values_list("pk", "name", "content")
    return [
        {"type": "template", "id": str(pk), "name": name} for pk, name, content in rows if key in attributes_in(content)
    ]
