"""The Celery app. Tasks carry ids only and are wake-ups: PostgreSQL holds the truth (docs/decisions)."""

import os

from celery import Celery
from celery.signals import worker_process_init

from kernel import heap

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("canvas")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.imports = ("config.tasks", "config.sweeper")


@worker_process_init.connect
def _settle(**_: object) -> None:
    heap.settle()
