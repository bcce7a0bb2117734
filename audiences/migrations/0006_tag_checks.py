"""How well tags matched what people did."""

import django.db.models.deletion
import tenants.scope
from django.db import migrations, models

from tenants.migration_operations import ScopeToTenant


class Migration(migrations.Migration):

    dependencies = [
        ('audiences', '0005_figures'),
        ('tenants', '0004_quotas'),
    ]

    operations = [
        migrations.CreateModel(
            name='TagCheck',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('tag_id', models.BigIntegerField()),
                ('at', models.DateTimeField(auto_now_add=True)),
                ('checked', models.IntegerField()),
                ('wrong', models.IntegerField()),
                ('accuracy', models.FloatField()),
                ('low', models.FloatField()),
                ('high', models.FloatField()),
                ('detail', models.JSONField()),
                ('tenant', models.ForeignKey(db_constraint=False, db_index=False, default=tenants.scope.current_tenant_id, editable=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='tenants.tenant')),
            ],
            options={
                'indexes': [models.Index(fields=['tenant', 'tag_id', '-at'], name='tag_checks')],
            },
        ),
        ScopeToTenant("TagCheck"),
    ]
