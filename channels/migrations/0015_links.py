"""Links of templates, and what is sent of a template."""

import django.db.models.deletion
import tenants.scope
from django.db import migrations, models

from tenants.migration_operations import ScopeToTenant


class Migration(migrations.Migration):

    dependencies = [
        ('channels', '0014_plans_of_counts'),
        ('tenants', '0004_quotas'),
    ]

    operations = [
        migrations.AddField(
            model_name='template',
            name='outgoing',
            field=models.JSONField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name='template',
            name='track',
            field=models.BooleanField(null=True),
        ),
        migrations.CreateModel(
            name='Link',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('template_id', models.BigIntegerField()),
                ('url', models.TextField()),
                ('digest', models.BinaryField()),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('tenant', models.ForeignKey(db_constraint=False, db_index=False, default=tenants.scope.current_tenant_id, editable=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='tenants.tenant')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('tenant', 'template_id', 'digest'), name='link_once')],
            },
        ),
        ScopeToTenant("Link"),
    ]
