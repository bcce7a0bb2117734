"""Puts every table of the room behind its tenant; referenced tables come first."""

from django.db import migrations

from tenants.migration_operations import ScopeToTenant


class Migration(migrations.Migration):
    dependencies = [("customers", "0001_initial"), ("tenants", "0002_scope")]

    operations = [
        ScopeToTenant("Customer"),
        ScopeToTenant("Identity"),
        ScopeToTenant("AttributeDefinition"),
        ScopeToTenant("Tag"),
        ScopeToTenant("CustomerTag"),
        ScopeToTenant("Consent"),
        ScopeToTenant("EventType"),
        ScopeToTenant("EventWatch"),
        ScopeToTenant("EventInbox"),
        ScopeToTenant("Staff"),
        ScopeToTenant("StaffRelation"),
    ]
