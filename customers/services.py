"""Writing customers: the bulk row is the one way in, for a single customer too."""

from dataclasses import dataclass, field
from typing import Any

from customers import attributes
from customers.access import access_customer
from customers.errors import Rejected
from customers.intake.change import Change
from customers.intake.disputes import settle
from customers.intake.resolve import Resolver
from customers.intake.rows import RowReader
from customers.intake.write import write
from customers.locks import hold_people
from customers.models import Customer
from customers.vault import vault
from kernel.errors import Code, ProblemError

MAX_ROWS = 10_000
_ATTEMPTS = 5


@dataclass
class Outcome:
    """What became of the rows; `rejected` has an entry for each row that was refused, `warnings` for what was not done as told."""

    created: int = 0
    updated: int = 0
    rejected: list[dict[str, object]] = field(default_factory=list)
    warnings: list[dict[str, object]] = field(default_factory=list)


def check_size(rows: list[Any]) -> None:
    """Raises TOO_MANY_ROWS before anything is done."""
    if len(rows) > MAX_ROWS:
        raise ProblemError(Code.TOO_MANY_ROWS, limit=MAX_ROWS, count=len(rows))


def customers_write(rows: list[Any], *, source: str = "api") -> Outcome:
    """Create and update customers (api.md "customers/bulk"). Rows of one customer are applied in order."""
    check_size(rows)
    hold_people()  # before the definitions are read: an attribute that becomes sensitive waits for us, or we see it
    outcome = Outcome()
    _apply(_read(rows, outcome), outcome, source)
    outcome.rejected.sort(key=lambda refused: int(str(refused["index"])))
    return outcome


def _read(rows: list[Any], outcome: Outcome) -> list[Change]:
    for _ in range(_ATTEMPTS):
        reader, rejected = RowReader(vault()), list[dict[str, object]]()
        changes = []
        for index, raw in enumerate(rows):
            try:
                changes.append(reader.read(index, raw))
            except Rejected as refused:
                rejected.append(refused.as_json(index))
        if attributes.declare(reader.declared):
            outcome.rejected += rejected
            return changes
    raise ProblemError(Code.CONFLICT, what="attributes")  # somebody declares our keys otherwise, again and again


def _apply(changes: list[Change], outcome: Outcome, source: str) -> None:
    resolver = Resolver(changes)
    for change in changes:
        try:
            resolver.add(change)
        except Rejected as refused:
            outcome.rejected.append(refused.as_json(change.index))
    numbers = write(resolver.targets, source)
    settle(resolver.disputes, resolver.targets, numbers, source)
    outcome.warnings = [dispute.as_json() for dispute in resolver.disputes]
    outcome.created, outcome.updated = resolver.created, resolver.updated


def customer_update(customer: Customer, raw: dict[str, Any]) -> None:
    """One row for a customer who is already known by id (PATCH). Raises a problem with the place of each fault."""
    hold_people()
    access_customer(str(customer.pk))  # once more, now that nobody can be erased
    for _ in range(_ATTEMPTS):
        reader = RowReader(vault())
        try:
            change = reader.read(0, raw)
            if not attributes.declare(reader.declared):
                continue
            resolver = Resolver([change])
            resolver.add_to(customer.pk, change)
        except Rejected as refused:
            raise ProblemError.invalid([refused.as_problem()]) from refused
        settle([], resolver.targets, write(resolver.targets, "api"), "api")
        return
    raise ProblemError(Code.CONFLICT, what="attributes")
