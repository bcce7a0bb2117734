"""Sending through a provider's batch call, against a bare signed loop; and receipts coming back while more is being sent."""

import json
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection

from bench import rows
from bench.installation import Installation, wait_for
from bench.measure import Figure, Say

PEOPLE = 50_000
RECEIPTS_A_SECOND = 2000  # what must be taken in, and at which they come while more is being sent
_IN_A_PUSH = 100
_PATIENCE = 600.0


def measure(say: Say) -> list[Figure]:
    installation = Installation("bench providers")
    installation.call("PATCH", "settings", {"caps": [{"channel": None, "limit": 9, "per": {"days": 1}}]})
    for raw in rows.bodies("customers", rows.customers(PEOPLE)):
        installation.send("POST", "customers/bulk", raw)
    with _stand_in() as url:
        canvas, account = _canvas(installation, url)
        sent = _send(installation, canvas, account)
        bare = float(subprocess.run([sys.executable, "-m", "bench.bare_signed", url, str(PEOPLE)], check=True, stdout=subprocess.PIPE).stdout)  # fmt: skip
        say(f"  sent in {sent:.1f} s, bare {bare:.1f} s")
        reports = _reports(installation)
        door = str(installation.get(f"channel-accounts/{account}")["callback_url"])
        together, taken = _both(installation, canvas, account, door, reports)
        say(f"  with receipts: sent in {together:.1f} s, {len(reports):,} receipts in {taken:.1f} s")
    note = (
        f"{PEOPLE / sent:,.0f} messages/s, bare {PEOPLE / bare:,.0f}/s; throughput {bare / sent:.2f} of the bare loop's"
    )
    return [
        Figure(f"sending {PEOPLE:,} through Aliyun's batch call", sent, bare, note),
        Figure(f"sending {PEOPLE:,} while receipts come in", together, sent, "floor: the same without receipts"),
        Figure(f"{len(reports):,} receipts, while sending", taken, len(reports) / RECEIPTS_A_SECOND,
               f"{len(reports) / taken:,.0f}/s to the last status; floor: {RECEIPTS_A_SECOND:,}/s"),
    ]  # fmt: skip


@contextmanager
def _stand_in() -> Iterator[str]:
    argv = [sys.executable, "-m", "fakes", "--port", "0"]
    process = subprocess.Popen(argv, stdout=subprocess.PIPE, text=True)
    try:
        yield process.stdout.readline().split()[1] if process.stdout else ""
    finally:
        process.kill()
        process.wait()


def _canvas(installation: Installation, url: str) -> tuple[str, str]:
    settings = {"access_key_id": "testId", "access_key_secret": "testSecret", "sign_name": "山间茶铺", "base_url": url}
    content = {"text": "您好", "template_code": "SMS_1", "params": {"name": "{{ customer.attributes.name }}"}}
    template = installation.message_template("aliyun", "sms", content, settings=settings)
    nodes = [
        {"id": "all", "type": "audience.source", "config": {"rule": {"condition": "attribute", "key": "n", "op": "gte", "value": 0}}},
        {"id": "post", "type": "message.send", "config": {"template": template}},
    ]  # fmt: skip
    canvas = installation.canvas("scheduled", nodes, [("all", "out", "post", "in")])
    return canvas, str(installation.get(f"templates/{template}")["account"])


def _send(installation: Installation, canvas: str, account: str) -> float:
    """From the account's release, with everybody queued, to the last outcome in the ledger."""
    installation.call("PATCH", f"channel-accounts/{account}", {"status": "paused"})
    run = int(installation.post(f"canvases/{canvas}/run-now")["id"])
    wait_for(lambda: _count(installation, f"run_id = {run} AND status = 'queued'") == PEOPLE, _PATIENCE, 0.2)
    began = time.perf_counter()
    installation.post(f"channel-accounts/{account}/resume")
    wait_for(lambda: _count(installation, f"run_id = {run} AND status IN ('queued', 'in_flight')") == 0, _PATIENCE, 0.1)
    return time.perf_counter() - began


def _count(installation: Installation, condition: str) -> int:
    with installation.scope(), connection.cursor() as cursor:
        cursor.execute(
            f"SELECT count(*) FROM channels_message WHERE tenant_id = %s AND {condition}", [installation.tenant.pk]
        )
        return int(cursor.fetchone()[0])


def _reports(installation: Installation) -> list[dict[str, Any]]:
    """One for each message that was sent, as SmsReport has it."""
    from customers import identities
    from kernel.sets import People

    with installation.scope(), connection.cursor() as cursor:
        cursor.execute("SELECT id, customer_id, provider_id FROM channels_message WHERE tenant_id = %s AND status = 'sent' ORDER BY id", [installation.tenant.pk])  # fmt: skip
        found = cursor.fetchall()
        numbers = identities.addresses("phone", People(customer for _, customer, _ in found))
    return [
        {"phone_number": numbers[customer], "send_time": "2026-11-22 10:00:00", "report_time": "2026-11-22 10:00:01", "success": True, "err_code": "DELIVERED", "err_msg": "用户接收成功",
         "sms_size": "1", "biz_id": biz, "out_id": ""}
        for _, customer, biz in found
    ]  # fmt: skip


def _both(
    installation: Installation, canvas: str, account: str, door: str, reports: list[dict[str, Any]]
) -> tuple[float, float]:
    """(seconds of sending, seconds of the receipts to their last status), begun together."""
    took: dict[str, float] = {}
    pushing = threading.Thread(target=_push_all, args=(door, reports))
    began = time.perf_counter()

    def watched() -> None:
        pushing.join()
        wait_for(lambda: _count(installation, "status = 'delivered'") >= len(reports), _PATIENCE, 0.2)
        took["receipts"] = time.perf_counter() - began
        connection.close()

    pushing.start()
    watcher = threading.Thread(target=watched)
    watcher.start()
    took["sending"] = _send(installation, canvas, account)
    watcher.join()
    return took["sending"], took["receipts"]


def _push_all(door: str, reports: list[dict[str, Any]]) -> None:
    """At the rate at which they must be taken in, or as fast as the door answers."""
    began = time.perf_counter()
    for start in range(0, len(reports), _IN_A_PUSH):
        body = json.dumps(reports[start : start + _IN_A_PUSH]).encode()
        urllib.request.urlopen(
            urllib.request.Request(door, body, {"Content-Type": "application/json"}), timeout=60
        ).read()
        time.sleep(max(0.0, began + (start + _IN_A_PUSH) / RECEIPTS_A_SECOND - time.perf_counter()))
