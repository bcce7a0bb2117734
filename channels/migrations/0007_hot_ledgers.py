"""Drops the foreign key to the tenant from the ledgers that take a row for each message.

It locks the tenant's one row for each row that comes in; row-level security already lets nobody write but into the
tenant whose scope is open.
"""

from django.db import migrations

TABLES = ("channels_message", "channels_sendjob", "channels_capcount")


class Migration(migrations.Migration):
    dependencies = [("channels", "0006_message_options")]

    operations = [
        migrations.RunSQL(
            f"ALTER TABLE {table} DROP CONSTRAINT {table}_tenant_fk",
            f"ALTER TABLE {table} ADD CONSTRAINT {table}_tenant_fk FOREIGN KEY (tenant_id) REFERENCES tenants_tenant (id)",
        )
        for table in TABLES
    ]
