"""Wires the audiences room."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from kernel.events import subscribe


class AudiencesConfig(AppConfig):
    name = "audiences"
    verbose_name = _("人群")

    def ready(self) -> None:
        from audiences.refresh import replan_all
        from audiences.subscribers import connect
        from audiences.tasks import register
        from audiences.uploads import list_imported
        from customers.imports.kinds import register_finish

        register()
        register_finish("audience", list_imported)
        subscribe("tenants.zone_changed", replan_all)
        connect()
