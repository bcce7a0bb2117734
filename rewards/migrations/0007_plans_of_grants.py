"""No statistics of the tenant: with them, a tenant that has come since they were taken counts as empty, and the planner reads
all its rows, once for each person asked for (docs/decisions/015)."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("rewards", "0006_grant_options")]

    operations = [
        migrations.RunSQL(
            "ALTER TABLE rewards_grant ALTER COLUMN tenant_id SET STATISTICS 0",
            "ALTER TABLE rewards_grant ALTER COLUMN tenant_id SET STATISTICS -1",
        )
    ]
