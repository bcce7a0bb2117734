"""Merges of customers."""

import django.db.models.deletion
import tenants.base
import tenants.scope
from django.db import migrations, models

from tenants.migration_operations import ScopeToTenant


class Migration(migrations.Migration):

    dependencies = [
        ('customers', '0012_imports'),
        ('tenants', '0002_scope'),
    ]

    operations = [
        migrations.CreateModel(
            name='Merge',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('actor', models.CharField(max_length=200, verbose_name='操作者')),
                ('reason', models.CharField(blank=True, max_length=200, verbose_name='原因')),
                ('kept', models.JSONField(null=True)),
                ('events', models.BinaryField(null=True)),
                ('at', models.DateTimeField(verbose_name='合并时间')),
                ('undone_at', models.DateTimeField(null=True, verbose_name='撤销时间')),
                ('undone_by', models.CharField(blank=True, max_length=200, verbose_name='撤销者')),
                ('merged', tenants.base.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='customers.customer')),
                ('survivor', tenants.base.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='customers.customer')),
                ('tenant', models.ForeignKey(db_constraint=False, db_index=False, default=tenants.scope.current_tenant_id, editable=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='tenants.tenant')),
            ],
            options={
                'verbose_name': '客户合并',
                'verbose_name_plural': '客户合并',
                'indexes': [models.Index(fields=['tenant', 'survivor', '-id'], name='merges_of_survivor'), models.Index(fields=['tenant', 'merged'], name='merges_of_merged')],
            },
        ),
        migrations.AddIndex(
            model_name='customer',
            index=models.Index(condition=models.Q(('merged_into__isnull', False)), fields=['tenant', 'merged_into'], name='customer_aliases'),
        ),
        ScopeToTenant("Merge"),
    ]
