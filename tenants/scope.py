"""The tenant scope: the one way into a transaction. Without it every query gives nothing, also in raw SQL."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

from django.db import connection, transaction

T = TypeVar("T")
_current: ContextVar[int | None] = ContextVar("tenant", default=None)
_known: ContextVar[dict[str, Any] | None] = ContextVar("known", default=None)


class NoTenantScopeError(RuntimeError):
    """A scoped model was used outside tenant_tx: a bug, never an empty answer."""


def current_tenant_id() -> int:
    """Id of the open scope. Raises NoTenantScopeError."""
    tenant_id = _current.get()
    if tenant_id is None:
        raise NoTenantScopeError("open tenant_tx(tenant) first")
    return tenant_id


def in_scope() -> bool:
    return _current.get() is not None


def once(name: str, read: Callable[[], T]) -> T:
    """What `read` gave the first time in this transaction: for rows that every step of the work asks for again."""
    known = _known.get()
    if known is None:
        return read()
    if name not in known:
        known[name] = read()
    found: T = known[name]
    return found


def recall(name: str) -> Any:
    """What is kept under this name in this transaction, or None."""
    return (_known.get() or {}).get(name)


def read_again(name: str) -> None:
    """It has been changed: the next `once` reads it anew."""
    known = _known.get()
    if known is not None:
        known.pop(name, None)


@contextmanager
def tenant_tx(tenant: int, *, snapshot: bool = False) -> Iterator[None]:
    """A transaction in which only rows of tenant `tenant` exist.

    Nested in a scope of the same tenant it joins it. Another tenant's scope inside is refused (RuntimeError).
    snapshot: every read is of one moment (REPEATABLE READ), where this opens the transaction; for long sums, not for work.
    SET LOCAL takes no parameters and set_config() is not propagated by Citus, hence the literal.
    """
    opened = _current.get()
    if opened is not None:
        if opened != tenant:
            raise RuntimeError(f"scope of tenant {opened} is open, {tenant} was asked for")
        yield
        return
    outermost = not connection.in_atomic_block
    with transaction.atomic():
        with connection.cursor() as cursor:
            if snapshot and outermost:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            cursor.execute(f"SET LOCAL app.tenant_id = '{int(tenant)}'")
        token, kept = _current.set(int(tenant)), _known.set({})
        try:
            yield
        finally:
            _known.reset(kept)
            _current.reset(token)
