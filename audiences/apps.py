"""Wires the audiences room."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AudiencesConfig(AppConfig):
    name = "audiences"
    verbose_name = _("人群")

    def ready(self) -> None:
        from audiences.tasks import register

        register()
