"""Drops the foreign keys to customers and tags from the tables that take the most rows (decision 030).

Each looked up, and locked, the customer of every row that came in: a third of an import's time in the database. Customers
are never deleted, and whoever writes these rows found the customer in the same transaction; tags are locked by whoever
puts them on people, and by whoever deletes them.
"""

from django.db import migrations

KEYS = (
    ("customers_identity", "customer_id", "customers_customer"),
    ("customers_consent", "customer_id", "customers_customer"),
    ("customers_customertag", "customer_id", "customers_customer"),
    ("customers_customertag", "tag_id", "customers_tag"),
)


class Migration(migrations.Migration):
    dependencies = [("customers", "0018_attribute_limits")]

    operations = [
        migrations.RunSQL(
            f"ALTER TABLE {table} DROP CONSTRAINT {table}_{column}_fk",
            f"ALTER TABLE {table} ADD CONSTRAINT {table}_{column}_fk FOREIGN KEY (tenant_id, {column}) "
            f"REFERENCES {to} (tenant_id, id) DEFERRABLE INITIALLY IMMEDIATE",
        )
        for table, column, to in KEYS
    ]
