"""Jobs that are fenced, cancelled and leave files; the files."""

import django.db.models.deletion
import tenants.base
import tenants.scope
from django.db import migrations, models

from tenants.migration_operations import ScopeToTenant


class Migration(migrations.Migration):

    dependencies = [
        ('tenants', '0002_scope'),
    ]

    operations = [
        migrations.AddField(
            model_name='job',
            name='attempts',
            field=models.SmallIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='job',
            name='cancel_asked',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='job',
            name='claimed_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='job',
            name='errors_file_id',
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name='job',
            name='file_id',
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name='job',
            name='token',
            field=models.UUIDField(null=True),
        ),
        migrations.CreateModel(
            name='StoredFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=300)),
                ('media_type', models.CharField(max_length=100)),
                ('scope', models.CharField(max_length=50)),
                ('size', models.BigIntegerField(default=0)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('expires_at', models.DateTimeField()),
                ('tenant', models.ForeignKey(db_constraint=False, db_index=False, default=tenants.scope.current_tenant_id, editable=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='tenants.tenant')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='FilePart',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sealed', models.BinaryField()),
                ('tenant', models.ForeignKey(db_constraint=False, db_index=False, default=tenants.scope.current_tenant_id, editable=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='tenants.tenant')),
                ('file', tenants.base.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='tenants.storedfile')),
            ],
            options={
                'indexes': [models.Index(fields=['tenant', 'file', 'id'], name='file_parts')],
            },
        ),
        ScopeToTenant("StoredFile"),
        ScopeToTenant("FilePart"),
    ]
