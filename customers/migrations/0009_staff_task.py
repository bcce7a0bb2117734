"""Tasks for people."""

import django.db.models.deletion
import tenants.scope
from django.db import migrations, models

from tenants.migration_operations import ScopeToTenant


class Migration(migrations.Migration):

    dependencies = [
        ('customers', '0008_inbox_upkeep'),
        ('tenants', '0002_scope'),
    ]

    operations = [
        migrations.CreateModel(
            name='StaffTask',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=12, verbose_name='类型')),
                ('customer_id', models.BigIntegerField(null=True, verbose_name='客户')),
                ('staff_id', models.BigIntegerField(null=True, verbose_name='员工')),
                ('owner', models.CharField(blank=True, default='', max_length=200, verbose_name='负责人')),
                ('canvas_id', models.BigIntegerField(verbose_name='画布')),
                ('run_id', models.BigIntegerField(verbose_name='执行')),
                ('node', models.CharField(max_length=64)),
                ('wave_id', models.BigIntegerField()),
                ('round', models.SmallIntegerField(default=0)),
                ('title', models.CharField(max_length=200, verbose_name='标题')),
                ('text', models.TextField(blank=True, verbose_name='内容')),
                ('status', models.CharField(default='open', max_length=10, verbose_name='状态')),
                ('due_at', models.DateTimeField(null=True, verbose_name='截止')),
                ('created_at', models.DateTimeField(verbose_name='创建时间')),
                ('done_at', models.DateTimeField(null=True, verbose_name='完成时间')),
                ('done_by', models.CharField(blank=True, default='', max_length=200, verbose_name='完成人')),
                ('result', models.TextField(blank=True, verbose_name='结果')),
                ('tenant', models.ForeignKey(db_constraint=False, db_index=False, default=tenants.scope.current_tenant_id, editable=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='tenants.tenant')),
            ],
            options={
                'verbose_name': '员工任务',
                'verbose_name_plural': '员工任务',
                'indexes': [models.Index(fields=['tenant', 'status', '-id'], name='staff_tasks_by_status'), models.Index(fields=['tenant', 'staff_id', 'status', '-id'], name='staff_tasks_of_staff'), models.Index(fields=['tenant', 'canvas_id', '-id'], name='staff_tasks_of_canvas'), models.Index(fields=['tenant', 'customer_id'], name='staff_tasks_of_customer')],
                'constraints': [models.UniqueConstraint(fields=('tenant', 'run_id', 'node', 'wave_id', 'round', 'kind', 'customer_id', 'staff_id'), name='staff_task_once', nulls_distinct=False)],
            },
        ),
        ScopeToTenant("StaffTask"),
    ]
