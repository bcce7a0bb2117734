"""Leaves room in the pages of rows that are updated soon after they are written, so that their indexes stay untouched."""

from django.db import migrations

TABLES = {"channels_message": 40, "channels_sendjob": 50, "channels_capcount": 50}


class Migration(migrations.Migration):
    dependencies = [("channels", "0004_split_off_origin")]

    operations = [
        migrations.RunSQL(f"ALTER TABLE {table} SET (fillfactor = {percent})", f"ALTER TABLE {table} RESET (fillfactor)")
        for table, percent in TABLES.items()
    ]
