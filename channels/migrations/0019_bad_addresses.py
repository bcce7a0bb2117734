"""Addresses that are not written to again."""

import django.db.models.deletion
import tenants.scope
from django.db import migrations, models

from tenants.migration_operations import ScopeToTenant


class Migration(migrations.Migration):

    dependencies = [
        ('channels', '0016_real_providers'),
        ('tenants', '0004_quotas'),
    ]

    operations = [
        migrations.CreateModel(
            name='BadAddress',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=40)),
                ('digest', models.BinaryField()),
                ('reason', models.CharField(max_length=20)),
                ('noted_at', models.DateTimeField()),
                ('tenant', models.ForeignKey(db_constraint=False, db_index=False, default=tenants.scope.current_tenant_id, editable=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='tenants.tenant')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('tenant', 'kind', 'digest'), name='bad_address_once')],
            },
        ),
        ScopeToTenant("BadAddress"),
    ]
