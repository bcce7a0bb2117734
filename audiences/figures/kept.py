"""One kept figure of every customer as a SELECT that is never behind: whoever is still on the queue is worked out now."""

from audiences.figures.compute import Basis, figures_sql
from audiences.figures.definitions import definitions
from audiences.figures.model import model_of
from audiences.models import FigureState
from customers import touched
from customers.fragments import Sql, sql
from customers.moments import Clock
from kernel.copy import id_list
from kernel.sets import People
from tenants.scope import current_tenant_id

MANY = 20_000  # so many on the queue: working everybody out is quicker than leaving these out


def kept(columns: str, clock: Clock, within: People | None) -> Sql:
    """SELECT customer_id, <columns> of all or of `within`."""
    known = FigureState.objects.first()
    current = Basis(clock, definitions(), model_of(known.model if known else None))
    waiting = touched.waiting(current.defined.counted())
    waiting = waiting if within is None else waiting & within
    if known is None or known.full_at is None or len(waiting) > MANY:
        return sql(f"SELECT customer_id, {columns} FROM ({{}}) AS live", figures_sql(current, within))
    some = Sql("") if within is None else sql(" AND customer_id = ANY({}::bigint[])", id_list(within))
    stored = sql(
        f"SELECT customer_id, {columns} FROM audiences_figure WHERE tenant_id = {{}}{{}}", current_tenant_id(), some
    )
    if not waiting:
        return stored
    live = sql(f"SELECT customer_id, {columns} FROM ({{}}) AS live", figures_sql(current, waiting))
    return sql("{} AND customer_id <> ALL({}::bigint[]) UNION ALL {}", stored, id_list(waiting), live)
