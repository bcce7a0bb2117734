"""No statistics of the tenant: with them, a tenant that has come since they were taken counts as empty, and the planner reads
all its rows, once for each person asked for (docs/decisions/015)."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("canvas_app", "0010_approvals")]

    operations = [
        migrations.RunSQL(
            "ALTER TABLE canvas_app_waveentry ALTER COLUMN tenant_id SET STATISTICS 0",
            "ALTER TABLE canvas_app_waveentry ALTER COLUMN tenant_id SET STATISTICS -1",
        )
    ]
