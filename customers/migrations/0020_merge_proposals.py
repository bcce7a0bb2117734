"""Customers who may be one person, and a way to find who claims the same."""

import django.db.models.deletion
import tenants.base
import tenants.scope
from django.db import migrations, models

from tenants.migration_operations import ScopeToTenant


class Migration(migrations.Migration):

    dependencies = [
        ('customers', '0019_plain_customer_ids'),
        ('tenants', '0004_quotas'),
    ]

    operations = [
        migrations.CreateModel(
            name='MergeProposal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('status', models.CharField(default='open', max_length=10, verbose_name='状态')),
                ('evidence', models.JSONField(default=list, verbose_name='依据')),
                ('held', models.CharField(blank=True, default='', max_length=20)),
                ('at', models.DateTimeField(verbose_name='提出时间')),
                ('decided_at', models.DateTimeField(null=True, verbose_name='处理时间')),
                ('decided_by', models.CharField(blank=True, default='', max_length=200, verbose_name='处理人')),
                ('merge_id', models.BigIntegerField(null=True)),
                ('first', tenants.base.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='customers.customer')),
                ('second', tenants.base.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='customers.customer')),
                ('tenant', models.ForeignKey(db_constraint=False, db_index=False, default=tenants.scope.current_tenant_id, editable=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='tenants.tenant')),
            ],
            options={
                'verbose_name': '合并建议',
                'verbose_name_plural': '合并建议',
            },
        ),
        migrations.AddIndex(
            model_name='identity',
            index=models.Index(condition=models.Q(('proved', False)), fields=['tenant', 'kind', 'digest'], name='identity_claims'),
        ),
        migrations.AddIndex(
            model_name='mergeproposal',
            index=models.Index(fields=['tenant', 'status', '-id'], name='merge_proposals_by_status'),
        ),
        migrations.AddIndex(
            model_name='mergeproposal',
            index=models.Index(fields=['tenant', 'second'], name='merge_proposals_of_second'),
        ),
        migrations.AddConstraint(
            model_name='mergeproposal',
            constraint=models.UniqueConstraint(fields=('tenant', 'first', 'second'), name='merge_proposal_once'),
        ),
        ScopeToTenant("MergeProposal"),
    ]
