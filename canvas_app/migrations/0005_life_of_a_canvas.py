"""What pausing, moving to another version and ignored events have to remember."""

import django.db.models.deletion
import tenants.base
import tenants.scope
from django.db import migrations, models

from tenants.migration_operations import ScopeToTenant


class Migration(migrations.Migration):

    dependencies = [
        ('canvas_app', '0004_proof_of_runs'),
        ('tenants', '0002_scope'),
    ]

    operations = [
        migrations.AddField(
            model_name='canvas',
            name='paused_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='run',
            name='moving',
            field=models.JSONField(null=True),
        ),
        migrations.AddField(
            model_name='wave',
            name='origin',
            field=models.BigIntegerField(null=True),
        ),
        migrations.CreateModel(
            name='Ignored',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.CharField(max_length=20)),
                ('events', models.IntegerField()),
                ('at', models.DateTimeField()),
                ('run', tenants.base.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='canvas_app.run')),
                ('tenant', models.ForeignKey(db_constraint=False, db_index=False, default=tenants.scope.current_tenant_id, editable=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='tenants.tenant')),
            ],
            options={
                'indexes': [models.Index(fields=['tenant', 'run', 'reason'], name='ignored_of_run')],
            },
        ),
        ScopeToTenant("Ignored"),
    ]
