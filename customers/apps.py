"""Wires the customers room."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CustomersConfig(AppConfig):
    name = "customers"
    verbose_name = _("客户")

    def ready(self) -> None:
        from customers import moving
        from customers.imports import run, undo
        from customers.people import how_many
        from tenants.jobs import register_runner
        from tenants.quotas import CUSTOMERS, register_count

        register_count(CUSTOMERS, how_many)
        register_runner(moving.SEAL, moving.seal)
        register_runner(moving.OPEN, moving.open_)
        register_runner(run.RUN, run.run)
        register_runner(undo.UNDO, undo.run)
