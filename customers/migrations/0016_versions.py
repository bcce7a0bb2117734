"""The versions of a tenant's data (customers/versions.py): a table of random numbers, and the triggers that add to it."""

import django.db.models.deletion
import tenants.scope
from django.db import migrations, models

from tenants.migration_operations import ScopeToTenant

TABLES = {
    "customers_customer": "customers", "customers_identity": "identities", "customers_consent": "consents",
    "customers_tag": "tags", "customers_customertag": "tags", "customers_staff": "staff", "customers_staffrelation": "staff",
    "customers_stafftask": "staff",
}
TENANT = "nullif(current_setting('app.tenant_id', true), '')::bigint"
FUNCTIONS = [
    f"""CREATE FUNCTION customers_note_change() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF {TENANT} IS NOT NULL THEN
            INSERT INTO customers_dataversion (tenant_id, kind, token) VALUES ({TENANT}, TG_ARGV[0], floor(random() * 9e15));
        END IF;
        RETURN NULL;
    END $$""",
    f"""CREATE FUNCTION customers_note_events() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF {TENANT} IS NOT NULL THEN
            INSERT INTO customers_dataversion (tenant_id, kind, token)
            SELECT {TENANT}, 'event:' || name, floor(random() * 9e15) FROM (SELECT DISTINCT name FROM fresh) AS names;
        END IF;
        RETURN NULL;
    END $$""",
]
TRIGGERS = [
    *(
        f"CREATE TRIGGER note_change AFTER INSERT OR UPDATE OR DELETE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION customers_note_change('{kind}')"
        for table, kind in TABLES.items()
    ),
    "CREATE TRIGGER note_change AFTER UPDATE OR DELETE ON customers_event FOR EACH STATEMENT EXECUTE FUNCTION customers_note_change('events')",
    "CREATE TRIGGER note_events AFTER INSERT ON customers_event REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION customers_note_events()",
]


class Migration(migrations.Migration):
    dependencies = [("customers", "0015_identities")]

    operations = [
        migrations.CreateModel(
            name="DataVersion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=210)),
                ("token", models.DecimalField(decimal_places=0, max_digits=60)),
                ("tenant", models.ForeignKey(db_constraint=False, db_index=False, default=tenants.scope.current_tenant_id, editable=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name="+", to="tenants.tenant")),
            ],
            options={"abstract": False, "base_manager_name": "objects"},
        ),
        ScopeToTenant("DataVersion"),
        # one row a writing statement: no look at the tenant's row for each (as in 0006)
        migrations.RunSQL("ALTER TABLE customers_dataversion DROP CONSTRAINT customers_dataversion_tenant_fk", migrations.RunSQL.noop),
        *(migrations.RunSQL(sql, migrations.RunSQL.noop) for sql in (*FUNCTIONS, *TRIGGERS)),
    ]
