"""A tenant of 1,000,000 customers and 10,000,000 events over two years, written by the database itself, once.

It stays in the bench's database and is found again by its name. Each step commits together with the note that it is done, so
whoever stops in between goes on where they were.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from django.db import connection

from bench import crowd_rows as rows
from bench.installation import Installation
from bench.measure import Say
from customers.models import AttributeDefinition
from customers.vault import vault
from kernel.copy import insert_all
from rewards.models import Grant, Package
from tenants.models import Tenant

Work = Callable[[], None]
_GRANTS_AT_ONCE = 20_000


@dataclass(frozen=True)
class Crowd:
    installation: Installation
    people: int

    @property
    def tenant(self) -> int:
        return int(self.installation.tenant.pk)


def crowd(people: int, say: Say) -> Crowd:
    """The tenant of so many customers; the steps that are missing are done now."""
    name = f"bench crowd {people}"
    made = Crowd(Installation(name, Tenant.objects.filter(name=name).order_by("pk").first()), people)
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TABLE IF NOT EXISTS bench_step (tenant_id bigint, step text, PRIMARY KEY (tenant_id, step))"
        )
        cursor.execute("SELECT step FROM bench_step WHERE tenant_id = %s", [made.tenant])
        done = {step for (step,) in cursor.fetchall()}
    missing = [(step, work) for step, work in _steps(made) if step not in done]
    for step, work in missing:
        with made.installation.scope(), connection.cursor() as cursor:
            work()
            cursor.execute("INSERT INTO bench_step VALUES (%s, %s)", [made.tenant, step])
        say(f"  {step} is there")
    if missing:
        _vacuum()
    return made


def _steps(made: Crowd) -> Iterator[tuple[str, Work]]:
    yield "attributes", _declare
    # before anybody has events of those months (grants tell of themselves), which would go to the default partition
    yield "months", partial(_partitions, made)
    yield "customers", partial(_run, made, rows.CUSTOMERS)
    yield "consents", partial(_run, made, rows.CONSENTS)
    yield "phones", partial(_phones, made)
    yield "tags", partial(_run, made, rows.TAGS)
    yield "staff", partial(_run, made, rows.STAFF)
    yield "rewards", partial(_rewards, made)
    total, low, months = made.people * rows.EVENTS_EACH, 1, _months(made)
    seconds = sum(length for _, length in months)
    for begin, length in months:
        count = int(total * length / seconds)
        yield f"events of {begin[:7]}", partial(_events, made, low=low, count=count, begin=begin, seconds=length)
        low += count


def _declare() -> None:
    for key, kind in rows.TYPES.items():
        AttributeDefinition.objects.create(key=key, type=kind)


def _phones(made: Crowd) -> None:
    """Sealed as the product seals them, so that a preview can show the people."""
    with connection.cursor() as cursor:
        keys = vault()
        cursor.execute(rows.WITH_PHONE, {"tenant": made.tenant})
        for (group,) in cursor.fetchall():
            values = [f"+8613{customer:09d}" for customer in group]
            digests = [keys.digest("phone", value) for value in values]
            sealed = [keys.seal("phone", d, value) for d, value in zip(digests, values, strict=True)]
            cursor.execute(
                rows.IDENTITIES, {"tenant": made.tenant, "digests": digests, "sealed": sealed, "people": group}
            )


def _rewards(made: Crowd) -> None:
    """A tenth of the customers were given a coupon in the last year; a third of them used it."""
    package = Package.objects.create(name="bench", items=[{"kind": "coupon"}])
    now, first = made.installation.tenant.created_at, _first(made) or 1
    chosen = [first + 10 * n for n in range(made.people // 10)]
    for start in range(0, len(chosen), _GRANTS_AT_ONCE):
        insert_all([_grant(package, now - timedelta(days=n % 365), n) for n in chosen[start : start + _GRANTS_AT_ONCE]])


def _grant(package: Package, issued: datetime, customer: int) -> Grant:
    used = customer // 10 % 3 == 0
    return Grant(
        tenant=package.tenant, package_id=package.pk, customer_id=customer, item={"kind": "coupon"},
        status="used" if used else "issued", issued_at=issued, expires_at=issued + timedelta(days=60), used_at=issued if used else None,
    )  # fmt: skip


def _months(made: Crowd) -> list[tuple[str, float]]:
    """(begin, seconds) of each month up to the making of the tenant."""
    until = made.installation.tenant.created_at
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT m::text, extract(epoch FROM least(m + interval '1 month', %s) - m)::float8 "
            "FROM generate_series(date_trunc('month', %s - make_interval(days => %s)), %s, '1 month') AS m",
            [until, until, rows.DAYS, until],
        )
        return [(begin, length) for begin, length in cursor.fetchall() if length > 1]


def _partitions(made: Crowd) -> None:
    with connection.cursor() as cursor:
        for begin, _ in _months(made):
            cursor.execute("SELECT customers_event_partition(%s::timestamptz::date)", [begin])


def _events(made: Crowd, *, low: int, count: int, begin: str, seconds: float) -> None:
    _run(made, rows.EVENTS.replace("{cases}", _cases()), low=low, count=count, begin=begin, seconds=seconds)


def _cases() -> str:
    return " ".join(f"WHEN h % 1000 < {limit} THEN '{name}'" for limit, name in rows.NAMES).replace("%", "%%")


def _first(made: Crowd) -> int | None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT min(id) FROM customers_customer WHERE tenant_id = %s", [made.tenant])
        found: int | None = cursor.fetchone()[0]
        return found


def _run(made: Crowd, sql: str, **params: object) -> None:
    known = {"tenant": made.tenant, "people": made.people, "first": _first(made), **params}
    with connection.cursor() as cursor:
        cursor.execute(sql, known)  # type: ignore[arg-type]  # values are SQL parameters


def _vacuum() -> None:
    """As autovacuum does in its own time: statistics, and pages that an index alone can answer for."""
    with connection.cursor() as cursor:
        for table in ("customer", "consent", "identity", "customertag", "staff", "staffrelation", "event"):
            cursor.execute(f"VACUUM (ANALYZE) customers_{table}")
        cursor.execute("VACUUM (ANALYZE) rewards_grant")


def sizes(made: Crowd) -> str:
    """Megabytes of the tables, indexes apart."""
    with made.installation.scope(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT sum(pg_table_size(i.relid)), sum(pg_indexes_size(i.relid)) FROM pg_partition_tree('customers_event') AS i"
        )
        events = cursor.fetchone()
        cursor.execute("SELECT pg_table_size('customers_customer'), pg_indexes_size('customers_customer')")
        customers = cursor.fetchone()
    mega = [int(x) // 2**20 for x in (*customers, *events)]
    return f"customers {mega[0]} MB + indexes {mega[1]} MB, events {mega[2]} MB + indexes {mega[3]} MB"
