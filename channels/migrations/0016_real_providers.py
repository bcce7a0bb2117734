"""Accounts that stop when their provider refuses them; providers' callbacks, stored before they are worked off."""

import django.db.models.deletion
import tenants.scope
from django.db import migrations, models

from tenants.migration_operations import ScopeToTenant


class Migration(migrations.Migration):

    dependencies = [
        ('channels', '0015_links'),
        ('tenants', '0004_quotas'),
    ]

    operations = [
        migrations.AddField(
            model_name='account',
            name='created_by',
            field=models.CharField(blank=True, db_default='', default='', max_length=200, verbose_name='创建人'),
        ),
        migrations.AddField(
            model_name='account',
            name='paused_at',
            field=models.DateTimeField(null=True, verbose_name='暂停时间'),
        ),
        migrations.AddField(
            model_name='account',
            name='waits_until',
            field=models.DateTimeField(null=True, verbose_name='额度恢复时间'),
        ),
        migrations.CreateModel(
            name='CallbackIn',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('account_id', models.BigIntegerField()),
                ('digest', models.BinaryField()),
                ('items', models.BinaryField(null=True)),
                ('size', models.IntegerField(default=0)),
                ('tries', models.SmallIntegerField(default=0)),
                ('received_at', models.DateTimeField()),
                ('due_at', models.DateTimeField(null=True)),
                ('tenant', models.ForeignKey(db_constraint=False, db_index=False, default=tenants.scope.current_tenant_id, editable=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='tenants.tenant')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('due_at__isnull', False)), fields=['tenant', 'due_at'], name='callbacks_due'), models.Index(fields=['tenant', 'received_at'], name='callbacks_by_time')],
                'constraints': [models.UniqueConstraint(fields=('tenant', 'account_id', 'digest'), name='callback_once')],
            },
        ),
        ScopeToTenant("CallbackIn"),
    ]
