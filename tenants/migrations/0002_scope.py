"""Puts every table of the room behind its tenant; referenced tables come first."""

from django.db import migrations

from tenants.migration_operations import ScopeToTenant


class Migration(migrations.Migration):
    dependencies = [("tenants", "0001_initial")]

    operations = [
        ScopeToTenant("ApiKey"),
        ScopeToTenant("IdempotencyRecord"),
        ScopeToTenant("Job"),
        ScopeToTenant("AuditEntry"),
    ]
