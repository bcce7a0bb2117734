"""Health, the browser application, and a problem document for API addresses that do not exist."""

import redis
from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import ensure_csrf_cookie

from kernel.errors import Code, ProblemError
from kernel.wake import redis_client
from tenants.ready import workers_seen

_NOT_BUILT = "<!doctype html><meta charset=utf-8><title>营销画布</title><p>前端尚未构建:请运行 ./canvas up<p>The front end is not built: run ./canvas up"


def healthz(request: HttpRequest) -> JsonResponse:
    """The process answers."""
    return JsonResponse({"status": "ok"})


@never_cache
def readyz(request: HttpRequest) -> JsonResponse:
    """Database, broker, and workers that have looked for work lately; 503 with what is missing."""
    found = {"database": False, "broker": False, "workers": False}
    try:
        found["workers"] = workers_seen()
        found["database"] = True
    except DatabaseError:
        connection.close()
    try:
        found["broker"] = bool(redis_client().ping())
    except redis.RedisError:
        found["broker"] = False
    return JsonResponse(found, status=200 if all(found.values()) else 503)


def not_found(request: HttpRequest) -> JsonResponse:
    problem = ProblemError(Code.NOT_FOUND)
    return JsonResponse(problem.as_json(), status=404, content_type="application/problem+json")


@never_cache
@ensure_csrf_cookie
def browser_app(request: HttpRequest) -> HttpResponse:
    """index.html for every other address: the browser's router takes it from there."""
    index = settings.FRONTEND_DIST / "index.html"
    if not index.exists():
        return HttpResponse(_NOT_BUILT, status=503)
    return HttpResponse(index.read_bytes())
