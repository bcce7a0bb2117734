"""Limits of a tenant, and how much of them is used."""

import django.db.models.deletion
from django.db import migrations, models

import tenants.scope
from tenants.migration_operations import ScopeToTenant


class Migration(migrations.Migration):
    dependencies = [("tenants", "0003_files")]

    operations = [
        migrations.AddField(
            model_name="tenant",
            name="quotas",
            field=models.JSONField(blank=True, db_default={}, default=dict, verbose_name="配额"),
        ),
        migrations.CreateModel(
            name="Usage",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("meter", models.CharField(max_length=40)),
                ("since", models.DateField()),
                ("n", models.BigIntegerField()),
                ("tenant", models.ForeignKey(db_constraint=False, db_index=False, default=tenants.scope.current_tenant_id, editable=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name="+", to="tenants.tenant")),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("tenant", "meter", "since"), name="usage_once")],
            },
        ),
        ScopeToTenant("Usage"),
    ]  # fmt: skip
