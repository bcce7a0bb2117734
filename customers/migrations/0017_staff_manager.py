"""Who a staff member's manager is."""

import django.db.models.deletion
from django.db import migrations

import tenants.base


class Migration(migrations.Migration):
    dependencies = [("customers", "0016_versions")]

    operations = [
        migrations.AddField(
            model_name="staff",
            name="manager",
            field=tenants.base.TenantForeignKey(
                db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+", to="customers.staff",
            ),
        ),
        migrations.RunSQL(
            "ALTER TABLE customers_staff ADD CONSTRAINT customers_staff_manager_id_fk FOREIGN KEY (tenant_id, manager_id) "
            "REFERENCES customers_staff (tenant_id, id) DEFERRABLE INITIALLY IMMEDIATE",
            "ALTER TABLE customers_staff DROP CONSTRAINT customers_staff_manager_id_fk",
        ),
    ]  # fmt: skip
