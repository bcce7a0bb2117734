"""Marks for history: which waves the event log knows of, and which runs are compacted.

The foreign key from passages to waves goes: no index serves it, so that each wave deleted would read all passages.
"""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('canvas_app', '0008_goals'),
    ]

    operations = [
        migrations.AddField(
            model_name='run',
            name='compacted_at',
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name='wave',
            name='told',
            field=models.SmallIntegerField(default=0),
        ),
        migrations.AddIndex(
            model_name='wave',
            index=models.Index(condition=models.Q(('told__lt', 2)), fields=['tenant', 'told', 'id'], name='waves_untold'),
        ),
        migrations.RunSQL(
            "ALTER TABLE canvas_app_passage DROP CONSTRAINT canvas_app_passage_wave_id_fk",
            "ALTER TABLE canvas_app_passage ADD CONSTRAINT canvas_app_passage_wave_id_fk FOREIGN KEY (tenant_id, wave_id) "
            "REFERENCES canvas_app_wave (tenant_id, id) DEFERRABLE INITIALLY IMMEDIATE",
        ),
    ]
