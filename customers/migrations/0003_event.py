"""The event log: partitioned by month of occurrence, one key table for "each event counts once, for ever"."""

from django.db import migrations, models

from tenants.migration_operations import POLICY, secure_sql

CREATE = [
    "CREATE SEQUENCE customers_event_id_seq CACHE 100",
    """CREATE TABLE customers_event (
        tenant_id bigint NOT NULL,
        id bigint NOT NULL DEFAULT nextval('customers_event_id_seq'),
        event_id text NOT NULL,
        customer_id bigint NOT NULL,
        name text NOT NULL,
        occurred_at timestamptz NOT NULL,
        properties jsonb NOT NULL DEFAULT '{}',
        received_at timestamptz NOT NULL,
        PRIMARY KEY (tenant_id, name, occurred_at, id) INCLUDE (customer_id)
    ) PARTITION BY RANGE (occurred_at)""",
    "CREATE INDEX customers_event_of_customer ON customers_event (tenant_id, customer_id, occurred_at)",
    *secure_sql("customers_event"),
    # dates that are surely wrong still have a home; sane months get their own partition before the first row
    "CREATE TABLE customers_event_default PARTITION OF customers_event DEFAULT",
    *secure_sql("customers_event_default"),
    "CREATE TABLE customers_event_key (tenant_id bigint NOT NULL, event_id text NOT NULL, PRIMARY KEY (tenant_id, event_id))",
    *secure_sql("customers_event_key"),
    # A partition is a table of its own, so it gets its own policy.
    f"""CREATE FUNCTION customers_event_partition(month date) RETURNS void LANGUAGE plpgsql AS $$
    DECLARE part text := 'customers_event_' || to_char(month, 'YYYY_MM');
    BEGIN
        IF to_regclass(part) IS NOT NULL THEN RETURN; END IF;
        EXECUTE format('CREATE TABLE %I PARTITION OF customers_event FOR VALUES FROM (%L) TO (%L)', part,
            date_trunc('month', month)::timestamp AT TIME ZONE 'UTC', (date_trunc('month', month) + interval '1 month')::timestamp AT TIME ZONE 'UTC');
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', part);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', part);
        EXECUTE format('CREATE POLICY tenant_scope ON %I USING ({POLICY.replace("'", "''")}) WITH CHECK ({POLICY.replace("'", "''")})', part);
    END $$""",
]


class Migration(migrations.Migration):
    dependencies = [("customers", "0002_scope")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(sql, migrations.RunSQL.noop) for sql in CREATE],
            state_operations=[
                migrations.CreateModel(
                    name="Event",
                    fields=[
                        ("id", models.BigIntegerField(primary_key=True, serialize=False)),
                        ("event_id", models.TextField()),
                        ("customer_id", models.BigIntegerField()),
                        ("name", models.TextField()),
                        ("occurred_at", models.DateTimeField()),
                        ("properties", models.JSONField()),
                        ("received_at", models.DateTimeField()),
                        ("tenant", models.ForeignKey(db_constraint=False, db_index=False, on_delete=models.DO_NOTHING, related_name="+", to="tenants.tenant", editable=False)),
                    ],
                    options={"db_table": "customers_event", "managed": False},
                ),
            ],
        )
    ]
