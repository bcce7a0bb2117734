"""Migration operation that puts a table behind its tenant: keys, foreign keys and row-level security."""

from typing import Any

from django.db.migrations.operations.base import Operation

from tenants.base import TenantForeignKey

POLICY = "tenant_id = nullif(current_setting('app.tenant_id', true), '')::bigint"


def secure_sql(table: str) -> list[str]:
    """Statements that enable and force row-level security on `table`."""
    return [
        f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY',
        f'ALTER TABLE "{table}" FORCE ROW LEVEL SECURITY',
        f'CREATE POLICY tenant_scope ON "{table}" USING ({POLICY}) WITH CHECK ({POLICY})',
    ]


class ScopeToTenant(Operation):
    """For a model with `id`: primary key (tenant_id, id), composite foreign keys, row-level security ENABLED and FORCED.

    Models with a composite key of their own (it must begin with the tenant) keep it. Referenced models come first.
    """

    reversible = True
    reduces_to_sql = True

    def __init__(self, name: str) -> None:
        self.name = name

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return (self.__class__.__name__, [], {"name": self.name})

    def state_forwards(self, app_label: str, state: Any) -> None:
        """The state does not change: Django goes on seeing `id`."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        model = to_state.apps.get_model(app_label, self.name)
        table = model._meta.db_table
        statements = secure_sql(table)
        if model._meta.pk.name == "id":
            statements += [
                f'ALTER TABLE "{table}" DROP CONSTRAINT "{table}_pkey"',
                f'ALTER TABLE "{table}" ADD PRIMARY KEY (tenant_id, id)',
            ]
        statements.append(
            f'ALTER TABLE "{table}" ADD CONSTRAINT "{table}_tenant_fk" FOREIGN KEY (tenant_id) REFERENCES tenants_tenant (id)'
        )
        statements += [
            f'ALTER TABLE "{table}" ADD CONSTRAINT "{table}_{f.column}_fk" FOREIGN KEY (tenant_id, "{f.column}") '
            f'REFERENCES "{f.related_model._meta.db_table}" (tenant_id, id) DEFERRABLE INITIALLY IMMEDIATE'
            for f in model._meta.local_fields
            if isinstance(f, TenantForeignKey)
        ]
        for statement in statements:
            schema_editor.execute(statement)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        table = from_state.apps.get_model(app_label, self.name)._meta.db_table
        schema_editor.execute(f'DROP POLICY tenant_scope ON "{table}"')
        schema_editor.execute(f'ALTER TABLE "{table}" NO FORCE ROW LEVEL SECURITY')
        schema_editor.execute(f'ALTER TABLE "{table}" DISABLE ROW LEVEL SECURITY')

    def describe(self) -> str:
        return f"Scope {self.name} to its tenant"
