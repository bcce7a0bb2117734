"""The HTTP side of the stand-ins: every vendor at its own paths, the page, and what the page's buttons do."""

import asyncio
import json
import re
import time
from typing import Any

import aiohttp
from aiohttp import web

from fakes import page
from fakes.desk import Account, Arrival, Desk, Push
from fakes.magic import Case
from fakes.vendor import SLOW_SECONDS, Heard, Said, Vendor
from fakes.vendors import found

VENDORS = found()
BY_KEY = {vendor.key: vendor for vendor in VENDORS}
DESK: web.AppKey[Desk] = web.AppKey("desk", Desk)
TASKS: web.AppKey[set[Any]] = web.AppKey("tasks", set)
_FAILED = "failed"
_AUTO_SECONDS = 0.3


def make(desk: Desk) -> web.Application:
    app = web.Application(client_max_size=16 << 20)
    app[DESK], app[TASKS] = desk, set()
    for vendor in VENDORS:
        desk.know(vendor.default)
        for path in vendor.paths:
            app.router.add_route("*", path, _route(vendor))
    app.router.add_get("/", _page)
    app.router.add_post("/", _by_claim)
    app.router.add_get("/_arrived", _arrived)
    app.router.add_get("/_requests", _requests)
    app.router.add_post("/_fire", _fire)
    app.router.add_post("/_accounts", _accounts)
    app.router.add_post("/_expire", _expire)
    app.router.add_post("/_auto", _auto)
    app.router.add_get(r"/_mail/{n:\d+}", _mail)
    app.router.add_post("/_unsubscribe", _unsubscribe)
    return app


def _route(vendor: Vendor) -> Any:
    async def handle(request: web.Request) -> web.StreamResponse:
        return await _answer(vendor, request)

    return handle


async def _by_claim(request: web.Request) -> web.StreamResponse:
    heard = await _heard(request)
    vendor = next((v for v in VENDORS if v.claims(heard)), None)
    if vendor is None:
        return web.json_response({"error": "no vendor claims this request"}, status=404)
    return await _answer(vendor, request)


async def _heard(request: web.Request) -> Heard:
    headers = {name.lower(): value for name, value in request.headers.items()}
    return Heard(request.method, request.path, request.rel_url.raw_query_string, headers, await request.read(), request.host)  # fmt: skip


async def _answer(vendor: Vendor, request: web.Request) -> web.StreamResponse:
    desk, heard = request.app[DESK], await _heard(request)
    before = desk.total
    said = vendor.answer(heard, desk)
    desk.requests.append({"vendor": vendor.key, "method": heard.method, "path": heard.path, "query": heard.raw_query,
                          "headers": dict(heard.headers), "body": heard.body.decode("utf-8", "replace"), "status": said.status})  # fmt: skip
    if desk.total > before and desk.auto:
        fresh = list(desk.arrivals)[before - desk.total :]
        keep(request.app, asyncio.create_task(_push_later(desk, fresh)))
    return await _with_manner(request, said)


async def _with_manner(request: web.Request, said: Said) -> web.StreamResponse:
    if said.manner is Case.HANG:
        await asyncio.sleep(3600)
    if said.manner is Case.DROP and request.transport is not None:
        request.transport.close()
    if said.manner is Case.SLOW:
        await asyncio.sleep(SLOW_SECONDS)
    raw = isinstance(said.body, bytes)
    body = said.body if raw else json.dumps(said.body, ensure_ascii=False).encode()
    return web.Response(body=body, status=said.status, headers={"Content-Type": "application/json", **said.headers})


def keep(app: web.Application, task: Any) -> None:
    """A task that nobody holds may be collected before it is done."""
    app[TASKS].add(task)
    task.add_done_callback(app[TASKS].discard)


async def _push_later(desk: Desk, arrivals: list[Arrival]) -> None:
    await asyncio.sleep(_AUTO_SECONDS)
    good = [a for a in arrivals if a.facts.get("case") is not Case.FAILS]
    await push_receipts(desk, good, "delivered")
    await push_receipts(desk, [a for a in arrivals if a not in good], _FAILED)


async def push_receipts(desk: Desk, arrivals: list[Arrival], event: str) -> list[tuple[int, str]]:
    """As the provider pushes them; (status, body) of each answer."""
    answers: list[tuple[int, str]] = []
    for vendor, key in sorted({(a.vendor, a.account) for a in arrivals}):
        account = desk.account(vendor, key)
        some = [a for a in arrivals if (a.vendor, a.account) == (vendor, key)]
        for push in BY_KEY[vendor].receipt(account, some, event) if account else []:
            answers.append(await push_once(push))
        for arrival in some:
            arrival.pushed.append(event)
    return answers


async def push_once(push: Push) -> tuple[int, str]:
    """(0, why) when nobody answers."""
    try:
        async with (
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=30)) as session,
            session.request(push.method, push.url, data=push.body or None, headers=push.headers) as answer,
        ):
            return answer.status, await answer.text()
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        return 0, repr(error)


async def _fire(request: web.Request) -> web.Response:
    """{"n": 5 or [5, 6], "event": "delivered"} or {"n": 5, "reply": "TD"}: what the provider would push now."""
    desk, sent = request.app[DESK], await request.json()
    wanted = set(sent["n"] if isinstance(sent["n"], list) else [sent["n"]])
    arrivals = [a for a in desk.arrivals if a.n in wanted]
    if "reply" in sent:
        answers = [await reply(desk, a, sent["reply"]) for a in arrivals]
    else:
        answers = await push_receipts(desk, arrivals, sent.get("event", "delivered"))
    return web.json_response({"answers": answers})


async def reply(desk: Desk, arrival: Arrival, text: str) -> tuple[int, str]:
    account = desk.account(arrival.vendor, arrival.account)
    push = BY_KEY[arrival.vendor].word(account, arrival, text) if account else None
    if push is None:
        return 0, "this provider has no replies"
    arrival.pushed.append(f"“{text}”")
    return await push_once(push)


async def _accounts(request: web.Request) -> web.Response:
    """{"vendor", "key", "secret", "callback_url"}: as set up at the provider's console."""
    sent = await request.json()
    desk = request.app[DESK]
    known = desk.account(sent["vendor"], sent["key"])
    secret = sent.get("secret") or (known.secret if known else "")
    desk.know(Account(sent["vendor"], sent["key"], secret, sent.get("callback_url", ""), sent.get("more", {})))
    return web.json_response({"ok": True})


async def _expire(request: web.Request) -> web.Response:
    request.app[DESK].expire((await request.json())["vendor"])
    return web.json_response({"ok": True})


async def _auto(request: web.Request) -> web.Response:
    request.app[DESK].auto = bool((await request.json())["on"])
    return web.json_response({"ok": True})


async def _requests(request: web.Request) -> web.Response:
    return web.json_response(list(request.app[DESK].requests)[-100:])


async def _arrived(request: web.Request) -> web.Response:
    """?to= ?vendor= : newest first."""
    found = request.app[DESK].search(request.query.get("to", ""), request.query.get("vendor", ""))
    rows = [{"n": a.n, "at": time.strftime("%H:%M:%S", time.localtime(a.at)), "vendor": a.vendor, "to": a.to, "text": a.text,
             "ref": a.ref, "pushed": a.pushed, "mail": "plain" in a.facts} for a in found]  # fmt: skip
    return web.json_response({"total": request.app[DESK].total, "arrivals": rows})


async def _mail(request: web.Request) -> web.Response:
    """A mail as a mail program has it."""
    arrival = _arrival(request, int(request.match_info["n"]))
    facts = arrival.facts
    return web.json_response({"subject": arrival.text, "to": arrival.to, "sender": facts["sender"], "html": facts["html"], "plain": facts["plain"],
                              "headers": facts["headers"], "one_click": _one_click(arrival) is not None})  # fmt: skip


async def _unsubscribe(request: web.Request) -> web.Response:
    """{"n"}: what a mail program does when its own button to unsubscribe is pressed (RFC 8058)."""
    url = _one_click(_arrival(request, (await request.json())["n"]))
    if url is None:
        raise web.HTTPNotFound
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    return web.json_response({"answer": await push_once(Push(url, b"List-Unsubscribe=One-Click", headers))})


def _arrival(request: web.Request, n: int) -> Arrival:
    found = next((a for a in request.app[DESK].arrivals if a.n == n and "plain" in a.facts), None)
    if found is None:
        raise web.HTTPNotFound
    return found


def _one_click(arrival: Arrival) -> str | None:
    """The address to POST to; None when the mail offers none."""
    headers = {name.lower(): value for name, value in arrival.facts["headers"].items()}
    said = re.search(r"<(https?://[^>]+)>", headers.get("list-unsubscribe", ""))
    return said[1] if said and headers.get("list-unsubscribe-post") == "List-Unsubscribe=One-Click" else None


async def _page(request: web.Request) -> web.Response:
    language = "en" if request.query.get("lang") == "en" else "zh"
    return web.Response(text=page.html(language, VENDORS, request.app[DESK]), content_type="text/html")
