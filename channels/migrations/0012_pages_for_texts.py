"""Room for the text too: of the two updates of a message both find place on its page, and no index is touched."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("channels", "0011_attempts_and_retry")]

    operations = [
        migrations.RunSQL(
            "ALTER TABLE channels_message SET (fillfactor = 22)", "ALTER TABLE channels_message SET (fillfactor = 30)"
        )
    ]
