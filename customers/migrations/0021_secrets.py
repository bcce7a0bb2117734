"""Sealed values of sensitive attributes, with the trigger that notes their changes (customers/versions.py)."""

import django.db.models.deletion
import tenants.base
import tenants.scope
from django.db import migrations, models

from tenants.migration_operations import ScopeToTenant


class Migration(migrations.Migration):

    dependencies = [
        ('customers', '0020_merge_proposals'),
        ('tenants', '0004_quotas'),
    ]

    operations = [
        migrations.AddField(
            model_name='attributedefinition',
            name='move_job',
            field=models.BigIntegerField(null=True),
        ),
        migrations.CreateModel(
            name='Secret',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=100)),
                ('digest', models.BinaryField()),
                ('sealed', models.BinaryField()),
                ('customer', tenants.base.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='customers.customer')),
                ('tenant', models.ForeignKey(db_constraint=False, db_index=False, default=tenants.scope.current_tenant_id, editable=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='tenants.tenant')),
            ],
            options={
                'indexes': [models.Index(fields=['tenant', 'key', 'digest'], name='secret_by_value')],
                'constraints': [models.UniqueConstraint(fields=('tenant', 'customer', 'key'), name='secret_of_customer')],
            },
        ),
        ScopeToTenant("Secret"),
        migrations.RunSQL(
            "CREATE TRIGGER note_change AFTER INSERT OR UPDATE OR DELETE ON customers_secret "
            "FOR EACH STATEMENT EXECUTE FUNCTION customers_note_change('secrets')",
            migrations.RunSQL.noop,
        ),
    ]
