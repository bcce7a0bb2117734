"""Puts every table of the room behind its tenant; referenced tables come first."""

from django.db import migrations

from tenants.migration_operations import ScopeToTenant


class Migration(migrations.Migration):
    dependencies = [("canvas_app", "0001_initial"), ("tenants", "0002_scope")]

    operations = [
        ScopeToTenant("Canvas"),
        ScopeToTenant("CanvasVersion"),
        ScopeToTenant("Run"),
        ScopeToTenant("Wave"),
        ScopeToTenant("WaveEntry"),
        ScopeToTenant("Cohort"),
        ScopeToTenant("Passage"),
        ScopeToTenant("Entry"),
        ScopeToTenant("RunExit"),
    ]
