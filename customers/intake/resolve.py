"""Whose row is it? Matches changes to customers by external_id, else by identity, in the order of the rows.

New names (external ids, identities) of a tenant are given out under one lock, taken only when there are any: so two
requests that bring the same new customer never collide, and requests about known customers never wait.
"""

from collections.abc import Iterable
from itertools import islice

from django.db import connection

from customers import identities
from customers.errors import CustomerCode, Rejected
from customers.intake.change import Change, Pair
from customers.intake.disputes import Dispute, Judge
from customers.locks import give_names, hold_people
from kernel.copy import text_list
from tenants import metering, quotas
from tenants.scope import current_tenant_id
from tenants.settings import Policy

_SAMPLE, _NO_MORE_IN_A_REQUEST = 50, 10**9
Targets = dict[int, Change]  # customer (negative: new, not yet numbered) → all that changes


def find_external(external_ids: Iterable[str]) -> dict[str, int]:
    """external_id → customer for those that are known: the survivor of those who were merged."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT external_id, coalesce(merged_into, id) FROM customers_customer "
            "WHERE tenant_id = %s AND external_id = ANY(%s::text[])",
            [current_tenant_id(), text_list(external_ids)],
        )
        return dict(cursor.fetchall())


class Names:
    """What is known of the external ids and identities that a request brings."""

    def __init__(self, external_ids: set[str], pairs: set[Pair]) -> None:
        hold_people()
        sample = set(islice(external_ids, _SAMPLE))
        locked = len(external_ids) > _SAMPLE and len(find_external(sample)) < _SAMPLE
        if locked:  # surely new names: look up once, under the lock, instead of once before and once after it
            give_names()
        self.by_external = find_external(external_ids) if external_ids else {}
        self._besides: set[Pair] = set()  # further ones of their customers, which a new one does not replace
        self.by_pair = identities.find(pairs, self._besides) if pairs else {}
        if not locked:
            self._look_again(external_ids - self.by_external.keys(), pairs - self.by_pair.keys())
        self._held: dict[int, set[Pair]] = {}  # what each customer holds of these
        for pair, customer in self.by_pair.items():
            self._held.setdefault(customer, set()).add(pair)

    def _look_again(self, new_ids: set[str], new_pairs: set[Pair]) -> None:
        if new_ids or new_pairs:
            give_names()
            self.by_external.update(find_external(new_ids))
            self.by_pair.update(identities.find(new_pairs, self._besides))

    def give(self, customer: int, pairs: list[Pair], besides: set[Pair]) -> None:
        """All of them become the identities of a customer who had none."""
        if pairs:
            self.by_pair.update(dict.fromkeys(pairs, customer))
            self._held[customer] = set(pairs)
            self._besides |= besides

    def take(self, customer: int, pair: Pair) -> None:
        """`pair` becomes the customer's preferred identity of its kind, in place of the one before."""
        self.free(customer, pair[0], besides=False)
        self._give(customer, pair)

    def add(self, customer: int, pair: Pair) -> None:
        """`pair` becomes a further one of the customer's."""
        self._besides.add(pair)
        self._give(customer, pair)

    def _give(self, customer: int, pair: Pair) -> None:
        self.by_pair[pair] = customer
        self._held.setdefault(customer, set()).add(pair)

    def free(self, customer: int, kind: str | None = None, *, besides: bool = True) -> None:
        """The customer's identities of this kind, or all, are nobody's; besides: also those that are not preferred."""
        held = self._held.get(customer, set())
        for pair in [p for p in held if (kind is None or p[0] == kind) and (besides or p not in self._besides)]:
            held.discard(pair)
            del self.by_pair[pair]
            self._besides.discard(pair)


class Resolver:
    """Folds changes into one for each customer. `created` and `updated` count rows; `disputes`: who may be one person."""

    def __init__(self, changes: list[Change]) -> None:
        self.names = Names(
            {c.external_id for c in changes if c.external_id}, {p for c in changes if c.identities for p in c.pairs()}
        )
        self.targets: Targets = {}
        self.created = self.updated = 0
        self.disputes: list[Dispute] = []
        self._judge = Judge()
        self._room: int | None = None  # for new customers; asked when the first one comes
        self._nameless = self._without_external(changes)

    def add(self, change: Change) -> int:
        """Its customer (negative when new). Raises Rejected, and then nothing of the row counts."""
        pairs = change.pairs() if change.identities else []
        customer = self._owner(change, pairs)
        disputed = self._others(pairs, customer) if pairs else {}
        policies = self._judge.of(change, disputed) if disputed else {}
        if customer is None:
            return self._make(change, pairs, disputed, policies)
        self.updated += 1
        self._note(change, customer, disputed, policies)
        self._take_names(change, customer)
        self._put(customer, change)
        return customer

    def _note(self, change: Change, customer: int, owners: dict[Pair, int], policies: dict[Pair, Policy]) -> None:
        """What is another's is only claimed."""
        for pair, policy in policies.items():
            change.only_claim(pair)
            self.disputes.append(Dispute(change.index, customer, owners[pair], pair, policy))

    def _make(self, change: Change, pairs: list[Pair], owners: dict[Pair, int], policies: dict[Pair, Policy]) -> int:
        """A new customer, who as yet has nothing but the names of this row."""
        self._refuse_beyond_quota()
        customer = -1 - self.created
        self.created += 1
        if change.external_id is None:
            self._nameless.add(customer)
        else:
            self.names.by_external[change.external_id] = customer
        if policies:
            self._note(change, customer, owners, policies)
            pairs = change.pairs()
        self.names.give(customer, pairs, {(kind, digest) for kind, digest, _ in change.further})
        self.targets[customer] = change
        return customer

    def _refuse_beyond_quota(self) -> None:
        if self._room is None:
            self._room = metering.room(quotas.CUSTOMERS, _NO_MORE_IN_A_REQUEST)
        if self.created >= self._room:
            raise Rejected(CustomerCode.QUOTA_CUSTOMERS, limit=quotas.limit_of(quotas.CUSTOMERS))

    def add_to(self, customer: int, change: Change) -> None:
        """The change is of this customer, whatever its names say. Raises Rejected when one of them is another's."""
        if change.external_id is not None and self.names.by_external.get(change.external_id, customer) != customer:
            raise Rejected(CustomerCode.EXTERNAL_ID_TAKEN, place="/external_id")
        for kind, _ in self._others(change.pairs(), customer):
            raise Rejected(CustomerCode.IDENTITY_TAKEN, place=f"/identities/{kind}")
        self.updated += 1
        self._take_names(change, customer)
        self._put(customer, change)

    def find(self, change: Change) -> int:
        """The customer that an event speaks of. Identities find or make one; they change nobody who is there."""
        pairs = change.pairs()
        customer = self._owner(change, pairs)
        if customer is not None and (disputed := self._others(pairs, customer)):
            for pair, policy in self._judge.of(change, disputed, refuse=False).items():
                self.disputes.append(Dispute(change.index, customer, disputed[pair], pair, policy))
        if customer is not None and customer not in self._nameless:
            return customer
        taken = self.names.by_pair
        change.identities = {
            kind: found
            for kind, found in change.identities.items()
            if found and taken.get((kind, found[0]), customer) == customer
        }
        return self.add(change)

    def _owner(self, change: Change, pairs: list[Pair]) -> int | None:
        if change.external_id is None and not pairs:
            raise Rejected(CustomerCode.NO_KEY)
        by_pair = self.names.by_pair
        owners = [by_pair[pair] for pair in pairs if pair in by_pair] if pairs else []
        if change.external_id is None:
            return owners[0] if owners else None
        known = self.names.by_external.get(change.external_id)
        # a customer that so far was known by an identity only is given its external id
        return known if known is not None else next((o for o in owners if o in self._nameless), None)

    def _others(self, pairs: list[Pair], customer: int | None) -> dict[Pair, int]:
        """Which of the identities are another's, and whose."""
        by_pair = self.names.by_pair
        return {pair: by_pair[pair] for pair in pairs if by_pair.get(pair, customer) != customer}

    def _take_names(self, change: Change, customer: int) -> None:
        if change.external_id is not None:
            if self.names.by_external.get(change.external_id) == customer:
                change.external_id = None  # it has this one already, be it by a merge
            else:
                self.names.by_external[change.external_id] = customer
                self._nameless.discard(customer)
        if change.clears_identities:
            self.names.free(customer)
        for kind, found in list(change.identities.items()):
            if found is None:
                self.names.free(customer, kind)
            elif self.names.by_pair.get((kind, found[0])) != customer:
                self.names.take(customer, (kind, found[0]))
            else:
                del change.identities[kind]  # it has this one already
        self._take_further(change, customer)

    def _take_further(self, change: Change, customer: int) -> None:
        if change.further:
            change.further = tuple(one for one in change.further if self.names.by_pair.get(one[:2]) != customer)
            for kind, digest, _ in change.further:
                self.names.add(customer, (kind, digest))

    def _put(self, customer: int, change: Change) -> None:
        if customer in self.targets:
            self.targets[customer].fold(change)
        else:
            self.targets[customer] = change

    def _without_external(self, changes: list[Change]) -> set[int]:
        """Customers without an external id among the owners of known identities; asked only when a row brings a new one."""
        known = self.names.by_external
        owners = set(self.names.by_pair.values())
        if not owners or all(c.external_id is None or c.external_id in known for c in changes):
            return set()
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT id FROM customers_customer WHERE tenant_id = %s AND id = ANY(%s) AND external_id IS NULL",
                [current_tenant_id(), sorted(owners)],
            )
            return {customer for (customer,) in cursor.fetchall()}
