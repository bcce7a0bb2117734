"""Wires the customers room."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CustomersConfig(AppConfig):
    name = "customers"
    verbose_name = _("客户")

    def ready(self) -> None:
        from customers.people import how_many
        from tenants.quotas import CUSTOMERS, register_count

        register_count(CUSTOMERS, how_many)
