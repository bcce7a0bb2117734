"""The roof: wiring only. Importing it makes the Celery app known to Django's processes."""

from config.celery import app as celery_app

__all__ = ["celery_app"]
