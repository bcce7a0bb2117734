"""TEN-1: the four walls, asked of Django and of PostgreSQL itself."""

from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps
from django.db import Error, connection, transaction

from tenants.base import ScopedManager, TenantModel
from tenants.models import Tenant
from tenants.scope import NoTenantScopeError, tenant_tx
from tests.house import canary
from tests.house.catalogue import key_faults, policy_faults, rows, scoped_tables

OURS = ("tenants", "customers", "audiences", "channels", "rewards", "abtest", "canvas_app", "analytics")
GLOBAL_MODELS = {
    "Tenant": "the tenants themselves",
    "Member": "read at log-in, before there is a scope",
    "Ready": "read by workers, before there is a scope",
    "Heartbeat": "of the installation: when a worker was last seen",
}


def models() -> list[Any]:
    return [m for m in apps.get_models() if m._meta.app_label in OURS and m.__name__ not in GLOBAL_MODELS]


@pytest.mark.parametrize("model", models(), ids=lambda m: m._meta.label)
def test_every_model_belongs_to_a_tenant(model: Any) -> None:
    fields = [f.name for f in model._meta.local_fields]
    assert "tenant" in fields
    if issubclass(model, TenantModel):
        assert isinstance(model._default_manager, ScopedManager)
    else:
        assert model._meta.pk_fields[0].name == "tenant"


@pytest.mark.django_db
def test_every_model_has_its_table_behind_the_wall() -> None:
    assert {m._meta.db_table for m in models()} <= set(scoped_tables())


@pytest.mark.django_db
def test_every_scoped_table_has_its_policy() -> None:
    assert policy_faults() == []


@pytest.mark.django_db
def test_every_key_begins_with_the_tenant() -> None:
    assert key_faults() == []


@pytest.mark.django_db
def test_nothing_runs_with_more_rights_than_its_caller() -> None:
    functions = rows("SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND prosecdef")
    views = rows("SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('v', 'm')")
    assert (functions, views) == ([], [])


@pytest.mark.django_db(transaction=True)
def test_a_role_past_the_walls_is_refused_by_the_check() -> None:
    (unbound,) = rows("SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user")[0]
    assert not unbound


@pytest.mark.django_db
@pytest.mark.parametrize(
    "damage",
    [
        "DROP POLICY tenant_scope ON customers_customer",
        "ALTER TABLE rewards_grant NO FORCE ROW LEVEL SECURITY",
        "ALTER TABLE rewards_grant DISABLE ROW LEVEL SECURITY",
        "CREATE POLICY extra ON customers_customer USING (true)",
        "ALTER POLICY tenant_scope ON channels_message WITH CHECK (true)",
        "CREATE TABLE forgotten (tenant_id bigint, id bigint, PRIMARY KEY (tenant_id, id))",
    ],
)
def test_the_check_of_policies_sees_damage(damage: str) -> None:
    """Negative control: without it a check that always passes would look the same."""
    _damage(damage)
    assert policy_faults() != []


@pytest.mark.django_db
@pytest.mark.parametrize(
    "damage",
    [
        "CREATE INDEX ON customers_customer (external_id)",
        "ALTER TABLE rewards_grant ADD CONSTRAINT extra UNIQUE (code, tenant_id, id)",
        "ALTER TABLE rewards_package DROP CONSTRAINT rewards_package_pkey CASCADE",
        "CREATE TABLE forgotten (tenant_id bigint, id bigint PRIMARY KEY)",
    ],
)
def test_the_check_of_keys_sees_damage(damage: str) -> None:
    _damage(damage)
    assert key_faults() != []


def _damage(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)  # the test's transaction is rolled back


NOTED = "customers_dataversion"


@pytest.fixture
def canaries(other_tenant: Tenant) -> Tenant:
    canary.seed(other_tenant.pk)
    return other_tenant


def _visible() -> dict[str, int]:
    return {table: n for table in scoped_tables() if (n := rows(f'SELECT count(*) FROM "{table}"')[0][0])}


@pytest.mark.django_db(transaction=True)
def test_raw_sql_sees_only_the_open_tenant(tenant: Tenant, canaries: Tenant) -> None:
    """Outside a scope nothing, inside ours nothing of theirs, inside theirs a row in each table (or this test is blind)."""
    assert _visible() == {}
    with tenant_tx(tenant.pk):
        assert _visible() == {}
    with tenant_tx(canaries.pk):
        parents = {table for table in scoped_tables() if not canary.is_partition(table)}
        assert parents <= set(_visible())
    assert _visible() == {}


@pytest.mark.django_db(transaction=True)
def test_raw_writes_across_tenants_do_nothing_or_fail(tenant: Tenant, canaries: Tenant) -> None:
    for table in scoped_tables():
        _refused(lambda table=table: canary.insert(table, canaries.pk))
        for scope in (None, tenant.pk):
            if table == NOTED and scope is not None:  # triggers have noted our own statements
                assert _changed(scope, f'UPDATE "{table}" SET kind = kind WHERE tenant_id = {canaries.pk}') == 0
                continue
            assert _changed(scope, f'UPDATE "{table}" SET tenant_id = tenant_id') == 0, table
            assert _changed(scope, f'DELETE FROM "{table}"') == 0, table
    with tenant_tx(tenant.pk):
        for table in scoped_tables():
            _refused(lambda table=table: canary.insert(table, canaries.pk))
    with tenant_tx(canaries.pk):
        for table in scoped_tables():
            if not canary.is_partition(table):
                _refused(lambda table=table: _run(f'UPDATE "{table}" SET tenant_id = {tenant.pk}'))


def _refused(act: Callable[[], Any]) -> None:
    with pytest.raises(Error, match="row-level security"), transaction.atomic():
        act()


def _run(statement: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.rowcount


def _changed(scope: int | None, statement: str) -> int:
    if scope is None:
        return _run(statement)
    with tenant_tx(scope):
        return _run(statement)


@pytest.mark.django_db
@pytest.mark.parametrize("model", [m for m in models() if issubclass(m, TenantModel)], ids=lambda m: m._meta.label)
def test_the_manager_raises_without_a_scope(model: Any) -> None:
    with pytest.raises(NoTenantScopeError):
        model.objects.first()


@pytest.mark.django_db
def test_a_scope_inside_another_is_refused(tenant: Tenant, other_tenant: Tenant) -> None:
    with pytest.raises(RuntimeError, match="is open"), tenant_tx(tenant.pk), tenant_tx(other_tenant.pk):
        pytest.fail("two tenants at once")


@pytest.mark.django_db(transaction=True)
def test_a_foreign_key_can_not_cross_tenants(tenant: Tenant, canaries: Tenant) -> None:
    with pytest.raises(Error, match="foreign key"), tenant_tx(tenant.pk):
        canary.insert("customers_staffrelation", tenant.pk)
