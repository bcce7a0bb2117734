"""A customer's counters lie side by side: what went out in the last n days is one short range of the key."""

from django.db import migrations, models

_TABLE, _OLD, _NEW = "channels_capcount", "tenant_id, scope, day, customer_id", "tenant_id, scope, customer_id, day"


def _key(columns: str) -> str:
    return f"ALTER TABLE {_TABLE} DROP CONSTRAINT {_TABLE}_pkey, ADD PRIMARY KEY ({columns})"


class Migration(migrations.Migration):
    dependencies = [("channels", "0007_hot_ledgers")]

    operations = [
        migrations.SeparateDatabaseAndState(
            [migrations.RunSQL(_key(_NEW), _key(_OLD))],
            [
                migrations.AlterField(
                    "capcount",
                    "pk",
                    models.CompositePrimaryKey(
                        "tenant_id", "scope", "customer_id", "day", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                )
            ],
        )
    ]
