"""Who reached the goal of a run, and by which event runs are found."""

import django.db.models.deletion
import tenants.base
from django.db import migrations, models

from tenants.migration_operations import ScopeToTenant


class Migration(migrations.Migration):

    dependencies = [
        ('canvas_app', '0007_cohort_since'),
        ('tenants', '0002_scope'),
    ]

    operations = [
        migrations.CreateModel(
            name='RunGoal',
            fields=[
                ('pk', models.CompositePrimaryKey('tenant_id', 'run_id', 'wave_id', 'customer_id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('run', tenants.base.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='canvas_app.run')),
                ('tenant', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='tenants.tenant')),
                ('wave_id', models.BigIntegerField()),
                ('customer_id', models.BigIntegerField()),
                ('at', models.DateTimeField()),
                ('event_id', models.TextField()),
                ('value', models.DecimalField(decimal_places=2, max_digits=18, null=True)),
            ],
        ),
        migrations.AddField(
            model_name='run',
            name='goal_event',
            field=models.CharField(default='', editable=False, max_length=200),
        ),
        migrations.AddIndex(
            model_name='run',
            index=models.Index(condition=models.Q(('goal_event', ''), _negated=True), fields=['tenant', 'goal_event'], name='run_goal'),
        ),
        ScopeToTenant("RunGoal"),
    ]
