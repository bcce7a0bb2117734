"""A job's people whom a cap keeps back may wait for it to open."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("channels", "0009_plans_and_pages")]

    operations = [
        migrations.AddField("sendjob", "capped_waits", models.BooleanField(default=False)),
    ]
