"""App of the foundation: only so that Django finds its translations and checks."""

from django.apps import AppConfig


class KernelConfig(AppConfig):
    name = "kernel"
