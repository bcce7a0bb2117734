"""Partitions of this month and the next exist from the start; later ones are made as events arrive."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("customers", "0003_event")]

    operations = [
        migrations.RunSQL(
            "SELECT customers_event_partition(date_trunc('month', now() AT TIME ZONE 'UTC')::date), "
            "customers_event_partition((date_trunc('month', now() AT TIME ZONE 'UTC') + interval '1 month')::date)",
            migrations.RunSQL.noop,
        )
    ]
