"""A comparison that is ready to be carried out in SQL and in Python. Makes none itself."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from customers.fragments import Sql, joined
from customers.moments import Clock
from customers.readings import Reading


class Compared(Protocol):
    """What `customers.operators.compare` gives."""

    def sql(self, value: Sql, clock: Clock) -> Sql:
        """Over a JSONB expression: true, or false / NULL."""

    def sql_typed(self, value: Sql, clock: Clock) -> Sql:
        """Over an expression that already has the SQL type of what is compared (numeric, timestamptz …)."""

    def test(self, value: Any, clock: Clock) -> bool:
        """Over a value as it comes out of JSON; None is missing."""

    @property
    def absent(self) -> bool:
        """What it says of a missing value."""

    def either(self, other: "Compared") -> "Compared":
        """Holds when this or the other holds; for readings that exclude each other."""


@dataclass(frozen=True)
class Comparison:
    """`over`: SQL over a value already read; `holds`: Python over a value already read and not missing."""

    reading: Reading
    over: Callable[[Sql, Clock], Sql]
    holds: Callable[[Any, Clock], bool]
    absent: bool = False

    def sql(self, value: Sql, clock: Clock) -> Sql:
        return self.reading.apply(value, lambda read: self.over(read, clock))

    def sql_typed(self, value: Sql, clock: Clock) -> Sql:
        return self.over(value, clock)

    def test(self, value: Any, clock: Clock) -> bool:
        read = self.reading.read(value)
        return self.absent if read is None else self.holds(read, clock)

    def either(self, other: Compared) -> Compared:
        return Either((self, other))


@dataclass(frozen=True)
class Either:
    """One of several readings of the same value."""

    parts: tuple[Compared, ...]
    absent: bool = False

    def sql(self, value: Sql, clock: Clock) -> Sql:
        return joined("OR", [part.sql(value, clock) for part in self.parts])

    def sql_typed(self, value: Sql, clock: Clock) -> Sql:
        return joined("OR", [part.sql_typed(value, clock) for part in self.parts])

    def test(self, value: Any, clock: Clock) -> bool:
        return any(part.test(value, clock) for part in self.parts)

    def either(self, other: Compared) -> Compared:
        return Either((*self.parts, other))
