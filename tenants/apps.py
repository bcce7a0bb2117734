"""Wires the tenants room."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TenantsConfig(AppConfig):
    name = "tenants"
    verbose_name = _("租户与权限")

    def ready(self) -> None:
        from tenants import checks  # noqa: F401  # registers the database check
