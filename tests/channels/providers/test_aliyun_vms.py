"""Calls by Aliyun's voice service: what is asked, what its reports say, and keys that mean no."""

from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from channels import aliyun_rpc
from channels.contract import AccountNow, Outbound
from channels.kinds.call.providers import aliyun_vms
from channels.registry import providers
from customers.models import Consent
from tenants.scope import tenant_tx
from tests.channels.providers.cases import ENTRIES
from tests.channels.providers.conftest import ORDINARY, Store

ENTRY = next(e for e in ENTRIES if e.provider == "aliyun_vms")
SETTINGS = aliyun_vms.VmsSettings(
    access_key_id="testId", access_key_secret="testSecret", called_show_number="057100000000", opt_out_key="9"
)
NOW = datetime(2026, 11, 30, tzinfo=UTC)


def call(message_id: str = "1-5", to: str = "15900000000", **content: Any) -> Outbound:
    return Outbound(message_id, "call", "service", to, 1, None, content, "", "", "", "")


def account(tenant_id: int = 1) -> AccountNow:
    return AccountNow(1, tenant_id, "call", providers["aliyun_vms"], SETTINGS, None, "")


def test_a_template_is_spoken_and_a_file_is_played() -> None:
    action, query = aliyun_vms.request(SETTINGS, call(tts_code="TTS_10001", params={"name": "客", "count": 3}))
    assert action == "SingleCallByTts"
    assert query == {
        "CalledNumber": "15900000000", "CalledShowNumber": "057100000000", "PlayTimes": "1", "OutId": "1-5", "TtsCode": "TTS_10001",
        "TtsParam": '{"name":"客","count":"3"}',
    }  # fmt: skip
    action, query = aliyun_vms.request(SETTINGS, call(voice_code="2d4c.wav"))
    assert (action, query["VoiceCode"]) == ("SingleCallByVoice", "2d4c.wav")
    assert aliyun_vms.request(SETTINGS, call(text="您好")) == ("", {})


def test_an_id_too_long_for_aliyun_is_left_out() -> None:
    """OutId: 1 to 15 bytes (help.aliyun.com/document_detail/114036)."""
    assert aliyun_vms.request(SETTINGS, call("1-1234567890123", tts_code="TTS_1"))[1]["OutId"] == "1-1234567890123"
    assert "OutId" not in aliyun_vms.request(SETTINGS, call("10-1234567890123", tts_code="TTS_1"))[1]


def test_signed_as_the_sms_are() -> None:
    """The vectors of ACS3 are those of tests/channels/signing; the same function signs both services."""
    action, query = aliyun_vms.request(SETTINGS, call(tts_code="TTS_1", params={"a": "一 二"}))
    url, headers, body = aliyun_rpc.signed(SETTINGS, action, query, {}, now=0, nonce="n")
    assert body == b""
    assert urlsplit(url).netloc == headers["host"] == "dyvmsapi.aliyuncs.com"
    assert dict(parse_qsl(urlsplit(url).query)) == query
    assert (headers["x-acs-action"], headers["x-acs-version"]) == ("SingleCallByTts", "2017-05-25")


DOC_VMS = {
    "call_id": "122628733198^10942206****", "out_id": "", "status_code": "200003", "smart_status_code": "ANSWERED", "duration": "10", "dtmf": "1",
    "callee": "15900000000", "end_time": "2023-03-06 16:24:09", "hangup_direction": "用户",
}  # fmt: skip


def test_doc_vms() -> None:
    """DOC-VMS: help.aliyun.com/zh/vms/voicereport-6. Ten seconds were spoken, so somebody was there."""
    [told] = aliyun_vms._receipts(account(), DOC_VMS, NOW)
    assert (told.event, told.provider_id, told.to) == ("delivered", DOC_VMS["call_id"], "15900000000")
    assert told.detail == {"result": "answered", "code": "200003", "duration": 10, "dtmf": "1", "hangup_by": "customer"}
    assert told.at.isoformat() == "2023-03-06T16:24:09+08:00"


@pytest.mark.parametrize(
    ("code", "seconds", "event", "result"),
    [
        ("200000", "18", "delivered", "answered"), ("200001", "3", "delivered", "answered"), ("200002", "0", "failed", "busy"), ("200003", "0", "failed", "no_answer"),
        ("200005", "0", "failed", "unreachable"), ("200010", "0", "failed", "switched_off"), ("200011", "0", "failed", "suspended"), ("200004", "0", "failed", "bad_number"),
        ("200121", "0", "failed", "not_placed"),
    ],
)  # fmt: skip
def test_how_calls_end(code: str, seconds: str, event: str, result: str) -> None:
    """help.aliyun.com/zh/vms/developer-reference/operators-receipt-error-code."""
    row = {**DOC_VMS, "status_code": code, "duration": seconds, "dtmf": ""}
    [told] = aliyun_vms._receipts(account(), row, NOW)
    assert (told.event, told.detail["result"]) == (event, result)
    assert ("reason" in told.detail) == (event == "failed")


def test_another_tenant_s_id_is_none_of_ours() -> None:
    row = {**DOC_VMS, "out_id": "2-7"}
    assert aliyun_vms._receipts(account(1), row, NOW)[0].message == ""
    assert aliyun_vms._receipts(account(2), row, NOW)[0].message == "2-7"


@pytest.mark.django_db
class TestReports:
    @pytest.fixture
    def entry(self) -> Any:
        return ENTRY

    def open(self, store: Store, **more: str) -> None:
        store.account = store.shop.account("aliyun_vms", "call", **{**ENTRY.settings(store.fakes.url), **more})
        store.template = store.shop.template(store.account, **ENTRY.content)
        store.console(store.callback_url)

    def test_a_missed_call_has_failed_with_its_reason(self, store: Store) -> None:
        store.send(store.people(ORDINARY[0]))
        store.tell(store.arrived, "busy")
        assert store.shop.statuses() == {"failed": 1}
        [(detail,)] = store.shop.sql("SELECT properties->'detail' FROM customers_event WHERE name = 'message.failed'")
        assert "busy" in str(detail)

    def test_the_key_means_no(self, store: Store) -> None:
        self.open(store, opt_out_key="9")
        group = store.people(ORDINARY[0])
        store.send(group)
        push = store.fakes.word(store.arrived[0], "9")
        assert push is not None
        assert store.push(push).status_code == 200
        store.work_off()
        assert store.shop.statuses() == {"delivered": 1}
        with tenant_tx(store.shop.tenant.pk):
            assert not Consent.objects.get().granted
        store.send(group, node="next")
        assert store.shop.reasons(node="next") == {"unsubscribed": 1}

    def test_without_a_key_set_nothing_means_no(self, store: Store) -> None:
        store.send(store.people(ORDINARY[0]))
        push = store.fakes.word(store.arrived[0], "9")
        assert push is not None
        store.push(push)
        store.work_off()
        with tenant_tx(store.shop.tenant.pk):
            assert Consent.objects.get().granted

    def test_words_alone_fail_with_a_reason(self, store: Store) -> None:
        store.template = store.shop.template(store.account, text="您好")
        store.send(store.people(ORDINARY[0]))
        assert store.shop.reasons() == {"content:no_script": 1}
        assert not store.arrived
