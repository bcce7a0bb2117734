"""Drops foreign keys to the tenant where the key to the customer, which holds the tenant too, implies them.

Each costs a look-up for every row that comes in.
"""

from django.db import migrations

TABLES = ("customers_identity", "customers_consent", "customers_customertag", "customers_staffrelation")


class Migration(migrations.Migration):
    dependencies = [("customers", "0004_first_partitions")]

    operations = [
        migrations.RunSQL(
            f"ALTER TABLE {table} DROP CONSTRAINT {table}_tenant_fk",
            f"ALTER TABLE {table} ADD CONSTRAINT {table}_tenant_fk FOREIGN KEY (tenant_id) REFERENCES tenants_tenant (id)",
        )
        for table in TABLES
    ]
