"""Wires what belongs to no room: the commands and tasks of the whole installation."""

from django.apps import AppConfig


class ConfigConfig(AppConfig):
    name = "config"
