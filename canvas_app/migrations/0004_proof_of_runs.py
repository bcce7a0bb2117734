"""When the ledgers of a run were last compared, and its alarm."""

import django.db.models.deletion
import tenants.base
import tenants.scope
from django.db import migrations, models

from tenants.migration_operations import ScopeToTenant


class Migration(migrations.Migration):

    dependencies = [
        ('canvas_app', '0003_wave_entries_of_customer'),
        ('tenants', '0002_scope'),
    ]

    operations = [
        migrations.CreateModel(
            name='RunProof',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('proved_at', models.DateTimeField(verbose_name='核对时间')),
                ('since', models.DateTimeField(null=True, verbose_name='告警自')),
                ('wrong', models.JSONField(default=list, verbose_name='不成立的等式')),
                ('run', tenants.base.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='proofs', to='canvas_app.run')),
                ('tenant', models.ForeignKey(db_constraint=False, db_index=False, default=tenants.scope.current_tenant_id, editable=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='tenants.tenant')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('tenant', 'run'), name='run_proof_once')],
            },
        ),
        ScopeToTenant("RunProof"),
    ]
