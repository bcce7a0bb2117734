"""Two customers become one: what either was given is the survivor's, so limits per customer count both."""

from typing import Any

from customers.merging.rows import move, move_back

_ONCE = ("run_id", "node", "wave_id", "round", "item_no")


def on_merged(*, merged: int, survivor: int) -> dict[str, Any]:
    """Subscriber of customers.merged; what `on_unmerged` needs."""
    return {"rewards": move("rewards_grant", merged, survivor, once=_ONCE)}


def on_unmerged(*, merged: int, survivor: int, kept: dict[str, Any]) -> None:
    move_back("rewards_grant", kept["rewards"], merged, survivor)
