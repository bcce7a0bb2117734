"""App push: requests as the official SDK makes them, the published Basic vector, FCM's documented errors, and who opened what."""

import base64
import json
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from django.test import Client

from channels.calling import Reply
from channels.contract import ErrorClass, Outbound
from channels.kinds.push.providers import fcm, jpush
from channels.registry import providers
from channels.signing import google
from fakes.server import Fakes
from fakes.vendors.fcm import service_account
from tests.channels.conftest import Shop
from tests.channels.providers.cases import ENTRIES
from tests.channels.providers.conftest import ORDINARY, Store
from tests.channels.providers.test_recorded import recorded
from tests.conftest import Api

ENTRY = {e.provider: e for e in ENTRIES}
KEYS = {"app_key": "7d431e42dfa6a6d693ac2d04", "master_secret": "5e987ac6d2e04d95a9d8f0d1"}


def push(to: str = "18071adc030dcba91c0", purpose: str = "marketing", **content: Any) -> Outbound:
    return Outbound("1-5", "push", purpose, to, 1, None, content, "", "", "", "")


def test_jpush_1() -> None:
    """JPUSH-1: docs.jiguang.cn/jpush/server/push/server_overview."""
    settings = jpush.JPushSettings(**KEYS)
    assert jpush.basic(settings) == "Basic N2Q0MzFlNDJkZmE2YTZkNjkzYWMyZDA0OjVlOTg3YWM2ZDJlMDRkOTVhOWQ4ZjBkMQ=="
    assert jpush.basic(settings) == recorded("jpush_push")["headers"]["Authorization"]


def test_jpush_as_the_sdk_does() -> None:
    seen = json.loads(recorded("jpush_push")["body"])
    sent = push(title="Send to Android", body="Hi,JPush!", extras={"newsid": 321})
    made = jpush.payload(jpush.JPushSettings(**KEYS), [sent], "cid")
    for name in ("audience", "platform"):
        assert made[name] == seen[name]
    assert made["notification"]["alert"] == seen["notification"]["alert"]
    assert made["notification"]["android"] == seen["notification"]["android"]
    assert recorded("jpush_push")["target"] == "/v3/push"


def test_jpush_marks_services_apart() -> None:
    settings = jpush.JPushSettings(**KEYS)
    classes = [
        jpush.payload(settings, [push(purpose=p, title="t", body="b")], "c")["options"]["classification"]
        for p in ("marketing", "service")
    ]
    assert classes == [0, 1]


@pytest.mark.django_db
class TestJPush:
    @pytest.fixture
    def entry(self) -> Any:
        return ENTRY["jpush"]

    def test_equal_contents_are_one_call(self, store: Store) -> None:
        same = store.shop.template(store.account, title="新茶", body="来喝一杯")
        store.template = same
        store.send(store.people(*ORDINARY))
        pushes = [r for r in store.fakes.desk.requests if r["path"] == "/v3/push"]
        assert [len(json.loads(r["body"])["audience"]["registration_id"]) for r in pushes] == [3]
        assert len({m.provider_id for m in store.messages()}) == 1
        store.tell(store.arrived)
        assert store.shop.statuses() == {"delivered": 3}

    def test_a_lost_answer_is_asked_for_again_under_the_same_cid(self, store: Store) -> None:
        store.send(store.people("19900000009"))  # taken, then cut
        sent = [json.loads(r["body"]) for r in store.fakes.desk.requests if r["path"] == "/v3/push"]
        assert len(sent) == 2
        assert sent[0] == sent[1]
        assert len(store.arrived) == 1
        assert store.messages()[0].provider_id == store.arrived[0].ref

    def test_every_push_has_a_cid_of_its_own(self, store: Store) -> None:
        for node in ("a", "b"):
            store.send(store.people(f"1380013{1000 + ord(node)}"), node=node)
        cids = [json.loads(r["body"])["cid"] for r in store.fakes.desk.requests if r["path"] == "/v3/push"]
        assert len(set(cids)) == 2
        asked = [r for r in store.fakes.desk.requests if r["path"] == "/v3/push/cid"]
        assert len(asked) == 1  # ten at once

    def test_nobody_of_a_call_is_known_and_it_is_not_made_again_in_halves(self, store: Store) -> None:
        store.template = store.shop.template(store.account, title="新茶", body="来喝一杯")
        store.send(store.people("19900000002", "819900000002"))
        assert store.shop.statuses() == {"failed": 2}
        assert len([r for r in store.fakes.desk.requests if r["path"] == "/v3/push"]) == 1

    def test_a_tap_is_an_opening_and_a_failure_has_words(self, store: Store) -> None:
        store.send(store.people(ORDINARY[0], ORDINARY[1]))
        first, second = store.arrived
        store.tell([first], "opened")
        store.tell([second], "failed")
        assert store.shop.statuses() == {"opened": 1, "failed": 1}
        told = store.shop.sql("SELECT properties->'detail' FROM customers_event WHERE name = 'message.failed'")
        assert "未送达 · It was not delivered" in str(told)

    def test_the_address_is_checked_with_basic(self, store: Store) -> None:
        url = store.callback_url
        path = url[url.index("/api/") :] + "?echostr=571fd1bfaadc4919"
        assert Client().get(path).status_code == 401
        headers = {"Authorization": jpush.basic(jpush.JPushSettings(**KEYS))}
        answer = Client().get(path, headers=headers)
        assert (answer.status_code, answer.content) == (200, b"571fd1bfaadc4919")


def reply(status: int, error: dict[str, Any], **headers: str) -> Reply:
    return Reply(status, headers, json.dumps({"error": error}).encode())


FCM_ERROR = "type.googleapis.com/google.firebase.fcm.v1.FcmError"
BAD_REQUEST = {"@type": "type.googleapis.com/google.rpc.BadRequest", "fieldViolations": [{"field": "message.token", "description": "x"}]}  # fmt: skip


@pytest.mark.parametrize(
    ("status", "error", "expected"),
    [
        (400, {"status": "INVALID_ARGUMENT", "message": "The registration token is not a valid FCM registration token",
               "details": [{"@type": FCM_ERROR, "errorCode": "INVALID_ARGUMENT"}]}, ErrorClass.RCPT),
        (400, {"status": "INVALID_ARGUMENT", "message": "Request contains an invalid argument.", "details": [BAD_REQUEST]}, ErrorClass.RCPT),
        (400, {"status": "INVALID_ARGUMENT", "message": "Message is too big", "details": [{"@type": FCM_ERROR, "errorCode": "INVALID_ARGUMENT"}]}, ErrorClass.CONTENT),
        (404, {"status": "NOT_FOUND", "details": [{"@type": FCM_ERROR, "errorCode": "UNREGISTERED"}]}, ErrorClass.RCPT),
        (404, {"status": "NOT_FOUND", "message": "Requested entity was not found."}, ErrorClass.CONFIG),
        (403, {"status": "PERMISSION_DENIED", "details": [{"@type": FCM_ERROR, "errorCode": "SENDER_ID_MISMATCH"}]}, ErrorClass.RCPT),
        (403, {"status": "PERMISSION_DENIED"}, ErrorClass.CONFIG),
        (401, {"status": "UNAUTHENTICATED", "details": [{"@type": FCM_ERROR, "errorCode": "THIRD_PARTY_AUTH_ERROR"}]}, ErrorClass.CONFIG),
        (401, {"status": "UNAUTHENTICATED"}, ErrorClass.TOKEN),
        (503, {"status": "UNAVAILABLE", "details": [{"@type": FCM_ERROR, "errorCode": "UNAVAILABLE"}]}, ErrorClass.RETRY),
        (500, {"status": "INTERNAL", "details": [{"@type": FCM_ERROR, "errorCode": "INTERNAL"}]}, ErrorClass.RETRY),
    ],
)  # fmt: skip
def test_doc_fcm_err(status: int, error: dict[str, Any], expected: ErrorClass) -> None:
    """DOC-FCM-ERR: firebase.google.com/docs/cloud-messaging/error-codes."""
    assert providers["fcm"]._read(reply(status, error)).error is expected  # type: ignore[attr-defined]


def test_fcm_quota_says_how_long() -> None:
    error = {"status": "RESOURCE_EXHAUSTED", "details": [{"@type": FCM_ERROR, "errorCode": "QUOTA_EXCEEDED"}]}
    told = providers["fcm"]._read(reply(429, error, **{"Retry-After": "7"}))  # type: ignore[attr-defined]
    assert (told.error, told.retry_after, told.narrow) == (ErrorClass.RATE, 7.0, False)
    assert providers["fcm"]._read(reply(429, error)).retry_after == 60.0  # type: ignore[attr-defined]


def test_a_claim_is_signed_with_the_account_s_key() -> None:
    held = google.read(service_account("https://oauth2.googleapis.com"))
    head, claims, signature = held.assertion(fcm.SCOPE, 1_000_000.0).split(".")
    raw = [base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)) for part in (head, claims, signature)]
    held.key.public_key().verify(raw[2], f"{head}.{claims}".encode(), PKCS1v15(), SHA256())
    assert json.loads(raw[0])["alg"] == "RS256"
    said = json.loads(raw[1])
    assert (said["aud"], said["iat"], said["exp"]) == (held.token_uri, 1_000_000, 1_003_600)


@pytest.mark.parametrize(
    "pasted",
    ["no json", "{}", '{"type": "service_account", "project_id": "p", "client_email": "e", "private_key": "x"}'],
)
@pytest.mark.django_db
def test_what_is_no_service_account_is_refused_at_its_field(api: Api, pasted: str) -> None:
    body = {"channel": "push", "provider": "fcm", "name": "a", "settings": {"service_account": pasted}}
    answer = api.post("channel-accounts", body)
    assert answer.status_code == 400
    assert [e["pointer"] for e in answer.json()["errors"]] == ["/settings/service_account"]


@pytest.mark.django_db
class TestFcm:
    @pytest.fixture
    def entry(self) -> Any:
        return ENTRY["fcm"]

    def test_one_token_serves_many_messages(self, store: Store) -> None:
        store.send(store.people(*ORDINARY))
        assert store.shop.statuses() == {"sent": 3}
        assert len([r for r in store.fakes.desk.requests if r["path"] == "/fcm/token"]) == 1

    def test_an_app_tells_that_it_was_opened(self, store: Store) -> None:
        extras = {"opened": "{{ opened_url }}", "page": "tea"}
        store.template = store.shop.template(store.account, title="新茶", body="来喝一杯", extras=extras)
        store.send(store.people(ORDINARY[0]))
        url = store.arrived[0].facts["data"]["opened"]
        assert "/o/" in url
        for _ in range(2):
            assert Client().get(url[url.index("/o/") :], headers={"User-Agent": "okhttp/4.12.0"}).status_code == 200
        assert store.shop.statuses() == {"opened": 1}
        assert store.shop.sql("SELECT count(*) FROM customers_event WHERE name = 'message.opened'") == [(1,)]


@pytest.mark.django_db
def test_the_device_that_was_reported_last_counts(shop: Shop, fakes: Fakes, answer: Any, api: Api) -> None:
    """An app that is installed anew has another token, and the shop's system reports it as it did the first."""
    store = Store(shop, fakes, ENTRY["fcm"])
    for device in ("device-of-monday", "device-of-today"):
        row = {"external_id": "c-1", "identities": {"device": device}, "consents": {"push": True}}
        sent = api.post("customers/bulk", {"customers": [row]})
        assert sent.status_code == 200, sent.json()
    [(customer,)] = shop.sql("SELECT id FROM customers_customer WHERE external_id = 'c-1'")
    from kernel.sets import People

    store.send(People([customer]))
    assert [a.to for a in store.arrived] == ["device-of-today"]
