"""Requests for approval before publishing."""

import django.db.models.deletion
import tenants.base
import tenants.scope
from django.db import migrations, models
from tenants.migration_operations import ScopeToTenant


class Migration(migrations.Migration):

    dependencies = [
        ('canvas_app', '0009_history'),
        ('tenants', '0004_quotas'),
    ]

    operations = [
        migrations.CreateModel(
            name='Approval',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('status', models.CharField(default='awaiting_approval', max_length=20, verbose_name='状态')),
                ('revision', models.IntegerField(verbose_name='修订号')),
                ('publish', models.JSONField(default=dict)),
                ('asked_by', models.CharField(max_length=200, verbose_name='申请人')),
                ('asked_at', models.DateTimeField(auto_now_add=True, verbose_name='申请时间')),
                ('decided_by', models.CharField(default='', max_length=200, verbose_name='审批人')),
                ('decided_at', models.DateTimeField(null=True, verbose_name='审批时间')),
                ('comment', models.CharField(default='', max_length=1000, verbose_name='意见')),
                ('canvas', tenants.base.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='approvals', to='canvas_app.canvas')),
                ('tenant', models.ForeignKey(db_constraint=False, db_index=False, default=tenants.scope.current_tenant_id, editable=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='tenants.tenant')),
            ],
            options={
                'verbose_name': '发布审批',
                'verbose_name_plural': '发布审批',
                'indexes': [models.Index(fields=['tenant', 'status', '-id'], name='approval_by_status')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('status', 'awaiting_approval')), fields=('tenant', 'canvas'), name='approval_waiting')],
            },
        ),
        ScopeToTenant("Approval"),
    ]  # fmt: skip
