"""The Celery app. Tasks carry ids only and are wake-ups: PostgreSQL holds the truth (docs/decisions)."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("canvas")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.imports = ("config.tasks", "config.sweeper")
