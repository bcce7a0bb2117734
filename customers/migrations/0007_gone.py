"""An index of the few customers who are gone, so that the key alone answers who is there."""


from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('customers', '0006_hot_tenant_keys'),
        ('tenants', '0002_scope'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='customer',
            index=models.Index(condition=models.Q(('erased_at__isnull', True), ('merged_into__isnull', True), _negated=True), fields=['tenant', 'id'], name='customer_gone'),
        ),
    ]
