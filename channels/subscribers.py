"""What this room answers when a lower one asks."""

from typing import Any

from channels.attribute_use import templates_with_attribute
from channels.erasing import forget
from channels.merging import on_merged, on_unmerged
from channels.proof import run_proof
from channels.registry import kinds
from channels.selectors import timeline
from kernel.events import subscribe


def on_erased(people: Any, **_: Any) -> None:
    """A customer is erased: what was said to them goes, the ledger's row stays."""
    forget(people)


def on_channels() -> list[str]:
    """Names that a cap of the tenant's settings may bear."""
    return list(kinds)


def connect() -> None:
    subscribe("tenants.channels", on_channels)
    subscribe("customers.timeline.message", timeline)
    subscribe("customers.erased", on_erased)
    subscribe("customers.merged", on_merged)
    subscribe("customers.unmerged", on_unmerged)
    subscribe("customers.attribute_users", templates_with_attribute)
    subscribe("runs.proof", run_proof)
