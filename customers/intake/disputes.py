"""One record proves identities of two customers: noted while rows are matched, written down as proposals once all have ids.

Costs nothing where nothing is disputed, and a handful of statements for any number of disputes (docs/decisions/034).
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from customers.errors import CustomerCode, Rejected
from customers.intake.change import Change, Pair
from customers.merging import policy
from customers.merging.proposals import Likeness, alike, propose
from tenants.settings import Merging, Policy

_TOLD = {
    policy.AUTOMATIC: CustomerCode.IDENTITY_MERGING, policy.PROPOSE: CustomerCode.IDENTITY_PROPOSED, "claim": CustomerCode.IDENTITY_SHARED,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Dispute:
    """Row `index` gives `customer` an identity that is `owner`'s (numbers below 0: not yet numbered)."""

    index: int
    customer: int
    owner: int
    pair: Pair
    policy: Policy

    def as_json(self) -> dict[str, object]:
        return Rejected(_TOLD[self.policy], place=f"/identities/{self.pair[0]}").as_json(self.index)


class Judge:
    """Says what the tenant wants done; its settings are read when the first dispute comes."""

    @cached_property
    def _said(self) -> Merging:
        return policy.settings()

    def of(self, change: Change, pairs: Iterable[Pair], *, refuse: bool = True) -> dict[Pair, Policy]:
        """Policy of each. Raises Rejected where it is `off` (refuse=False: leaves it out)."""
        values = {(kind, found[0]): found[1] for kind, found in change.identities.items() if found is not None}
        values |= {(kind, digest): value for kind, digest, value in change.further}
        found = {pair: policy.policy_of(pair[0], values[pair], self._said) for pair in pairs}
        for (kind, _), decided in found.items():
            if refuse and decided == policy.OFF:
                raise Rejected(CustomerCode.IDENTITY_TAKEN, place=f"/identities/{kind}")
        return {pair: decided for pair, decided in found.items() if decided != policy.OFF}


def settle(disputes: list[Dispute], changes: dict[int, Change], numbers: dict[int, int], source: str) -> None:
    """After the rows are written: proposals, and those that a worker merges by itself."""
    claims = list(_claims(changes, lambda customer: numbers.get(customer, customer)))
    if not disputes and not claims:
        return
    said = policy.settings()
    many = Counter(
        dispute.pair for dispute in disputes
    )  # a value of half the file is nobody's, whatever is stored by now
    likenesses = [
        Likeness(numbers.get(d.customer, d.customer), numbers.get(d.owner, d.owner), d.pair, d.policy, "proved", source)
        for d in disputes
        if d.policy in (policy.AUTOMATIC, policy.PROPOSE) and many[d.pair] <= said.most_shared
    ]
    propose(likenesses + (alike(claims, said, source) if claims else []), said)


def _claims(changes: dict[int, Change], number: Callable[[int], int]) -> Iterator[tuple[int, Pair]]:
    for customer, change in changes.items():
        for kind, digest, value in change.claims:
            if not policy.proves_nothing(kind, value):
                yield number(customer), (kind, digest)
