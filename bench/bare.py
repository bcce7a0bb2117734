"""The floor of a trigger: a Django view that inserts one row and wakes a Celery task that posts to the gateway. No more.

A project in one file, run by the same gunicorn and Celery commands as the product, against the same database and Redis.
"""

import http.client
import json
import os
from importlib import import_module
from urllib.parse import urlsplit

import django
from celery import Celery
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

QUEUE = "bench.bare"
if not settings.configured:
    product = import_module("config.settings")  # for its database and broker only
    settings.configure(
        SECRET_KEY="bare", ROOT_URLCONF=__name__, ALLOWED_HOSTS=["127.0.0.1"], DATABASES=product.DATABASES, USE_TZ=True
    )
    django.setup()
    BROKER = product.REDIS_URL
else:
    BROKER = settings.REDIS_URL

app = Celery("bare", broker=BROKER)
app.conf.update(task_ignore_result=True, worker_prefetch_multiplier=1, task_default_queue=QUEUE)
_kept: dict[str, http.client.HTTPConnection] = {}


@app.task(name="bare.post")
def post(message: dict[str, object]) -> None:
    """To the gateway, on a kept connection."""
    address = urlsplit(os.environ["BARE_GATEWAY"])
    if "gateway" not in _kept:
        _kept["gateway"] = http.client.HTTPConnection(address.hostname or "", address.port or 80, timeout=10)
    _kept["gateway"].request("POST", "/", json.dumps({"messages": [message]}), {"Content-Type": "application/json"})
    _kept["gateway"].getresponse().read()


@csrf_exempt
def event(request: HttpRequest) -> HttpResponse:
    """One row, committed; then the wake-up."""
    sent = json.loads(request.body)["events"][0]
    who = sent["customer"]["external_id"]
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO bench_bare (event_id, who) VALUES (%s, %s)", [sent["event_id"], who])
    post.delay({"id": sent["event_id"], "customer": {"id": "1", "external_id": who}, "content": {"text": "4JT"}})
    return HttpResponse(status=202)


urlpatterns = [path("api/v1/events/bulk", event)]
application = get_wsgi_application()
