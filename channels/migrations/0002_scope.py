"""Puts every table of the room behind its tenant; referenced tables come first."""

from django.db import migrations

from tenants.migration_operations import ScopeToTenant


class Migration(migrations.Migration):
    dependencies = [("channels", "0001_initial"), ("tenants", "0002_scope")]

    operations = [
        ScopeToTenant("Account"),
        ScopeToTenant("Template"),
        ScopeToTenant("SendJob"),
        ScopeToTenant("Message"),
        ScopeToTenant("CapCount"),
        ScopeToTenant("Receipt"),
    ]
