"""The tenant scope: the one way into a transaction. Without it every query gives nothing, also in raw SQL."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.db import connection, transaction

_current: ContextVar[int | None] = ContextVar("tenant", default=None)


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
        token = _current.set(int(tenant))
        try:
            yield
        finally:
            _current.reset(token)
