"""Imports of files, and what undoing them needs."""

import django.db.models.deletion
import tenants.base
import tenants.scope
from django.db import migrations, models

from tenants.migration_operations import ScopeToTenant


class Migration(migrations.Migration):

    dependencies = [
        ('customers', '0011_tags_kept_by_rule'),
        ('tenants', '0003_files'),
    ]

    operations = [
        migrations.CreateModel(
            name='FileImport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=20)),
                ('name', models.CharField(max_length=300)),
                ('file_id', models.BigIntegerField()),
                ('errors_file_id', models.BigIntegerField(null=True)),
                ('digest', models.CharField(max_length=64)),
                ('shape', models.JSONField(default=dict)),
                ('mapping', models.JSONField(default=list)),
                ('options', models.JSONField(default=dict)),
                ('job_id', models.BigIntegerField(null=True)),
                ('undo_job_id', models.BigIntegerField(null=True)),
                ('position', models.BigIntegerField(default=0)),
                ('created', models.BigIntegerField(default=0)),
                ('updated', models.BigIntegerField(default=0)),
                ('repeated', models.BigIntegerField(default=0)),
                ('rejected', models.BigIntegerField(default=0)),
                ('undone', models.JSONField(null=True)),
                ('created_by', models.CharField(default='', max_length=200)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('tenant', models.ForeignKey(db_constraint=False, db_index=False, default=tenants.scope.current_tenant_id, editable=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='tenants.tenant')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='ImportBatch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('people', models.BinaryField()),
                ('changes', models.BinaryField()),
                ('undone', models.SmallIntegerField(default=0)),
                ('file_import', tenants.base.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='customers.fileimport')),
                ('tenant', models.ForeignKey(db_constraint=False, db_index=False, default=tenants.scope.current_tenant_id, editable=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='tenants.tenant')),
            ],
            options={
                'indexes': [models.Index(fields=['tenant', 'file_import', 'id'], name='import_batches')],
            },
        ),
        ScopeToTenant("FileImport"),
        ScopeToTenant("ImportBatch"),
    ]
