"""Takes a trailing slash off API addresses, so that both spellings work (never by a redirect, which would lose a POST)."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

_KEEP = ("/api/v1/schema/", "/api/docs/")


class ApiSlashMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        path = request.path_info
        if path.startswith("/api/v1/") and path.endswith("/") and path not in _KEEP:
            request.path_info = path.rstrip("/")
            request.path = request.path.rstrip("/")
        return self.get_response(request)
