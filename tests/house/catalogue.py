"""What PostgreSQL itself says of the tables that hold tenants' rows. Shared by the tests of this folder."""

from collections import defaultdict
from typing import Any

from django.db import connection

# tables with a tenant_id that are read before any tenant's scope is open; they hold ids, roles and times only
GLOBAL = {
    "tenants_member": "read at log-in, to find out which tenants a person may enter",
    "tenants_ready": "read by workers, who look for work before they know whose it is",
}
POLICY = "(tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::bigint)"


def rows(sql: str, params: Any = None) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall()


def scoped_tables() -> list[str]:
    """Tables and partitions with a column tenant_id, but for those in GLOBAL."""
    found = rows(
        "SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id' "
        "WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') ORDER BY 1"
    )
    return [name for (name,) in found if name not in GLOBAL]


def policy_faults() -> list[str]:
    """Scoped tables whose rows are not behind row-level security in full."""
    secured = {
        name: (enabled, forced)
        for name, enabled, forced in rows(
            "SELECT relname, relrowsecurity, relforcerowsecurity FROM pg_class WHERE relkind IN ('r', 'p')"
        )
    }
    policies: dict[str, list[tuple[Any, ...]]] = defaultdict(list)
    for table, *policy in rows("SELECT tablename, permissive, roles::text, cmd, qual, with_check FROM pg_policies"):
        policies[table].append(tuple(policy))
    expected = [("PERMISSIVE", "{public}", "ALL", POLICY, POLICY)]
    faults = []
    for table in scoped_tables():
        if secured[table] != (True, True):
            faults.append(f"{table}: row-level security is not ENABLED and FORCED")
        if policies[table] != expected:
            faults.append(f"{table}: policies {policies[table]}")
    return faults


def key_faults() -> list[str]:
    """Keys, unique constraints, indexes and foreign keys of scoped tables that do not begin with the tenant."""
    indexes = rows(
        "SELECT t.relname, i.relname, a.attname FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid "
        "JOIN pg_class t ON t.oid = x.indrelid LEFT JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = x.indkey[0] "
        "WHERE t.relname = ANY(%s)",
        [scoped_tables()],
    )
    faults = [f"{table}: index {index} begins with {first}" for table, index, first in indexes if first != "tenant_id"]
    foreign = rows(
        "SELECT t.relname, k.conname, f.relname, a.attname, b.attname FROM pg_constraint k "
        "JOIN pg_class t ON t.oid = k.conrelid JOIN pg_class f ON f.oid = k.confrelid "
        "JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.conkey[1] "
        "JOIN pg_attribute b ON b.attrelid = f.oid AND b.attnum = k.confkey[1] WHERE k.contype = 'f' AND t.relname = ANY(%s)",
        [scoped_tables()],
    )
    for table, name, to, mine, theirs in foreign:
        if mine != "tenant_id" or theirs != ("id" if to == "tenants_tenant" else "tenant_id"):
            faults.append(f"{table}: foreign key {name} ({mine}) → {to} ({theirs})")
    with_key = {table for (table,) in rows("SELECT conrelid::regclass::text FROM pg_constraint WHERE contype = 'p'")}
    return faults + [f"{table}: no primary key" for table in scoped_tables() if table not in with_key]
