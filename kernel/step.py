"""Names of the place in a run for which something leaves the system: rooms write them into their ledgers."""

from dataclasses import dataclass
from typing import Final

HIGH: Final = -1
NORMAL: Final = 0
LOW: Final = 1


@dataclass(frozen=True)
class Step:
    """(run, node, wave, round) and a customer make a ledger row unique. Ids are the canvas's, opaque to the rooms."""

    canvas_id: int
    run_id: int
    node: str
    wave_id: int
    round: int = 0
    variant: str = ""
    triggered: bool = False
    priority: int = NORMAL

    @property
    def urgency(self) -> int:
        """Order of sending: by priority, and within one, triggers before bulk."""
        return 2 * self.priority + (not self.triggered)
