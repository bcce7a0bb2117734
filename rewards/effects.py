"""What a package changes at the customer besides the ledger: member level and tags."""

from typing import Any

from customers.people import set_attribute
from customers.tags import tag_people
from kernel.sets import People

LEVEL_ATTRIBUTE = "level"


def apply_effects(items: list[dict[str, Any]], people: People) -> None:
    """Set-based, in the transaction of the grant."""
    for item in items:
        if item["kind"] == "level":
            set_level(people, item["level"])
        elif item["kind"] == "tag":
            tag_people(people, [item["tag"]], add=True)


def set_level(people: People, level: str) -> None:
    """Raises Rejected when the level is none of those that the tenant declared."""
    set_attribute(people, LEVEL_ATTRIBUTE, level)
