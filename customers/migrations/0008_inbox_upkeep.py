"""The inbox is filled and emptied all day: it is swept by the rows that died, not by a share of a table that stays small."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("customers", "0007_gone")]

    operations = [
        migrations.RunSQL(
            "ALTER TABLE customers_eventinbox SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000, "
            "autovacuum_vacuum_cost_delay = 0)",
            "ALTER TABLE customers_eventinbox RESET (autovacuum_vacuum_scale_factor, autovacuum_vacuum_threshold, "
            "autovacuum_vacuum_cost_delay)",
        )
    ]
