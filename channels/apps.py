"""Wires the channels room."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ChannelsConfig(AppConfig):
    name = "channels"
    verbose_name = _("渠道")

    def ready(self) -> None:
        from channels.subscribers import connect

        connect()
