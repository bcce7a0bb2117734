"""What people say of events and their properties, and tallies of what came on which day."""

import django.db.models.deletion
import tenants.scope
from django.db import migrations, models

from tenants.migration_operations import ScopeToTenant


class Migration(migrations.Migration):

    dependencies = [
        ('customers', '0013_merges'),
        ('tenants', '0003_files'),
    ]

    operations = [
        migrations.AddField(
            model_name='eventtype',
            name='about',
            field=models.JSONField(default=dict),
        ),
        migrations.AddField(
            model_name='eventtype',
            name='description',
            field=models.TextField(blank=True, default=''),
        ),
        migrations.AddField(
            model_name='eventtype',
            name='first_seen_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='eventtype',
            name='hidden',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='eventtype',
            name='odd',
            field=models.JSONField(default=dict),
        ),
        migrations.CreateModel(
            name='EventTally',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=200)),
                ('day', models.DateField()),
                ('stored', models.BigIntegerField(default=0)),
                ('late', models.BigIntegerField(default=0)),
                ('duplicates', models.BigIntegerField(default=0)),
                ('ahead', models.BigIntegerField(default=0)),
                ('last_at', models.DateTimeField()),
                ('tenant', models.ForeignKey(db_constraint=False, db_index=False, default=tenants.scope.current_tenant_id, editable=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='tenants.tenant')),
            ],
            options={
                'indexes': [models.Index(fields=['tenant', 'day', 'name'], name='event_tally_by_day')],
            },
        ),
        ScopeToTenant("EventTally"),
    ]
