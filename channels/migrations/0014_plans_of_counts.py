"""No statistics of the tenant on the counters either: with them, a new tenant counts as empty, and giving two thousand counts
back read all of its counters for each (docs/decisions/015)."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("channels", "0013_send_jobs_mix_waves")]

    operations = [
        migrations.RunSQL(
            "ALTER TABLE channels_capcount ALTER COLUMN tenant_id SET STATISTICS 0",
            "ALTER TABLE channels_capcount ALTER COLUMN tenant_id SET STATISTICS -1",
        )
    ]
