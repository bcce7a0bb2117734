"""Short links in messages: /l/… leads on to the address that its template names, /o/… is the picture of an opened mail.

Machines that look at a link (HEAD, scanners, previews) are led on and not counted.
"""

import logging
import re
from collections.abc import Callable
from typing import Final

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_safe

from channels.clicks import Target, note_click, note_open, target
from channels.links import OPENED, read
from channels.rest.unsubscribe import INVALID, page
from tenants.scope import tenant_tx

log = logging.getLogger(__name__)

_MACHINES: Final = re.compile(  # that say so; a program that follows links for somebody is not among them
    r"bot\b|bot/|crawl|spider|slurp|preview|scanner|facebookexternalhit|whatsapp/|skypeuri|"
    r"barracuda|mimecast|proofpoint|safelinks|symantec|trendmicro",
    re.IGNORECASE,
)
_DOT: Final = (
    b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff!\xf9\x04\x01\x00\x00\x00\x00,\x00\x00\x00\x00"
    b"\x01\x00\x01\x00\x00\x02\x02D\x01\x00;"
)


@require_safe
def follow(request: HttpRequest, token: str) -> HttpResponse:
    said = read(token)
    if said is None or said.link_id == OPENED:
        return page(request, INVALID.say(), ask=False, status=404)
    with tenant_tx(said.tenant_id):
        found = target(said)
    if found is None:
        return page(request, INVALID.say(), ask=False, status=404)
    if by_a_person(request):
        _noted(said.tenant_id, lambda: note_click(found))
    return _onward(found)


@require_safe
def opened(request: HttpRequest, token: str) -> HttpResponse:
    """The picture comes whatever the token is worth."""
    said = read(token)
    if said is not None and by_a_person(request):
        _noted(said.tenant_id, lambda: note_open(said))
    return _private(HttpResponse(_DOT, content_type="image/gif"))


def by_a_person(request: HttpRequest) -> bool:
    agent = request.headers.get("User-Agent", "")
    fetched = request.headers.get("Sec-Purpose") or request.headers.get("Purpose") or request.headers.get("X-Moz") or ""
    return request.method == "GET" and bool(agent) and not _MACHINES.search(agent) and "prefetch" not in fetched


def _noted(tenant_id: int, note: Callable[[], None]) -> None:
    """Whoever clicks gets to where they want to go, whether or not we can write it down."""
    try:
        with tenant_tx(tenant_id):
            note()
    except DatabaseError:
        log.exception("a click or an opened mail was not written down")


def _onward(found: Target) -> HttpResponse:
    answer = HttpResponseRedirect(found.url)
    answer["Referrer-Policy"] = "no-referrer"
    return _private(answer)


def _private(answer: HttpResponse) -> HttpResponse:
    answer["Cache-Control"] = "no-store"
    answer["X-Robots-Tag"] = "noindex"
    return answer
