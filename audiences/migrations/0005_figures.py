"""Figures of each customer, and how far they are."""

import django.db.models.deletion
import tenants.scope
from django.db import migrations, models

from tenants.migration_operations import ScopeToTenant


class Migration(migrations.Migration):

    dependencies = [
        ('audiences', '0004_refresh_and_days'),
        ('tenants', '0002_scope'),
    ]

    operations = [
        migrations.CreateModel(
            name='Figure',
            fields=[
                ('pk', models.CompositePrimaryKey('tenant_id', 'customer_id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('customer_id', models.BigIntegerField()),
                ('stage', models.CharField(max_length=20)),
                ('orders', models.IntegerField()),
                ('order_days', models.IntegerField()),
                ('spent', models.DecimalField(decimal_places=6, max_digits=24)),
                ('first_at', models.DateTimeField(null=True)),
                ('last_at', models.DateTimeField(null=True)),
                ('interval_days', models.FloatField(null=True)),
                ('orders_year', models.IntegerField()),
                ('spent_year', models.DecimalField(decimal_places=6, max_digits=24)),
                ('last_year_at', models.DateTimeField(null=True)),
                ('recency', models.SmallIntegerField(null=True)),
                ('frequency', models.SmallIntegerField(null=True)),
                ('monetary', models.SmallIntegerField(null=True)),
                ('activity', models.SmallIntegerField()),
                ('spread', models.SmallIntegerField()),
                ('alive', models.FloatField(null=True)),
                ('expected_at', models.DateTimeField(null=True)),
                ('computed_at', models.DateTimeField()),
                ('tenant', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='tenants.tenant')),
            ],
        ),
        migrations.CreateModel(
            name='FigureState',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('full_at', models.DateTimeField(null=True)),
                ('changed_at', models.DateTimeField(null=True)),
                ('ranked_at', models.DateTimeField(null=True)),
                ('model', models.JSONField(null=True)),
                ('fitted_at', models.DateTimeField(null=True)),
                ('tenant', models.ForeignKey(db_constraint=False, db_index=False, default=tenants.scope.current_tenant_id, editable=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='tenants.tenant')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('tenant',), name='figure_state_once')],
            },
        ),
        ScopeToTenant("Figure"),
        ScopeToTenant("FigureState"),
    ]
