"""Wires the abtest room."""

from django.apps import AppConfig


class AbtestConfig(AppConfig):
    name = "abtest"
