"""What upper floors may use of the experiments room. Pure: no database, no clock, no random numbers."""

from abtest.assignment import HOLDOUT, assign

__all__ = ["HOLDOUT", "assign"]
