"""A job's people whom a cap keeps back may wait for it to open."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("channels", "0008_caps_by_customer")]

    operations = [
        migrations.AddField("sendjob", "capped_waits", models.BooleanField(default=False)),
    ]
