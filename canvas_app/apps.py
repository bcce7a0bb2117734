"""Wires the canvas room."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CanvasAppConfig(AppConfig):
    name = "canvas_app"
    verbose_name = _("画布")

    def ready(self) -> None:
        from canvas_app.subscribers import connect

        connect()
