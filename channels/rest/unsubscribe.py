"""The page behind {{ unsubscribe_url }}: GET asks, POST acts (RFC 8058 one-click too: no cookie, no log-in, no CSRF token)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from channels.registry import kinds
from channels.unsubscribe import Unsubscriber, read
from customers import consents
from kernel.language import Text
from kernel.sets import people
from tenants.scope import tenant_tx

_TITLE = Text("退订", "Unsubscribe")
_ASK = Text("确认不再接收我们的{channel}营销消息?", "Stop receiving marketing messages by {channel}?")
_BUTTON = Text("确认退订", "Unsubscribe")
_DONE = Text(
    "已退订,您不会再收到我们的{channel}营销消息。", "Done. You will get no more marketing messages by {channel}."
)
INVALID = Text(
    "链接无效或不完整,请从消息中重新打开。", "This link is not valid or not complete; open it from the message again."
)


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe_page(request: HttpRequest, token: str) -> HttpResponse:
    who = read(token)
    if who is None or who.channel not in kinds:
        return page(request, INVALID.say(), ask=False, status=404)
    channel = kinds[who.channel].labels.say()
    if request.method != "POST":
        return page(request, _ASK.say(channel=channel), ask=True)
    _stop(who)
    return page(request, _DONE.say(channel=channel), ask=False)


def _stop(who: Unsubscriber) -> None:
    if not who.customer_id:  # of a test
        return
    with tenant_tx(who.tenant_id):
        consents.consent_set(people([who.customer_id]), who.channel, False, source="unsubscribe_link")


def page(request: HttpRequest, words: str, *, ask: bool, status: int = 200) -> HttpResponse:
    context = {"title": _TITLE.say(), "words": words, "button": _BUTTON.say() if ask else None}
    answer = render(request, "channels/unsubscribe.html", context, status=status)
    answer["Referrer-Policy"] = "no-referrer"
    answer["X-Robots-Tag"] = "noindex"
    return answer
