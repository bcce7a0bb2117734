"""What we put on the wire against what the official SDKs put there (recordings of them on a loopback server).

Aliyun: ALI-ACS3-3/4 (SDK 4.6.0) · Tencent: TC3-2 (SDK 3.1.153) · Twilio 9.13.0.
"""

import json
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from channels import aliyun_rpc
from channels.contract import AccountNow, Outbound
from channels.kinds.sms.providers import aliyun, tencent, twilio
from channels.registry import providers
from channels.signing import acs3, tc3

RECORDED = Path(__file__).parent.parent / "recorded"
BASE = "http://127.0.0.1:18765"


def recorded(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((RECORDED / f"{name}.json").read_text())["requests"][0]
    return found


def message(to: str, message_id: str = "1-5", **content: Any) -> Outbound:
    return Outbound(message_id, "sms", "service", to, 1, None, content, "", "", "", "")


ALIYUN = aliyun.AliyunSettings(access_key_id="testId", access_key_secret="testSecret", sign_name="x", base_url=BASE)


@pytest.mark.parametrize("name", ["aliyun_sendsms_acs3", "aliyun_sendbatchsms_acs3"])
def test_the_sdk_s_own_aliyun_signatures_come_out(name: str) -> None:
    """The same request with the SDK's headers, signed by us."""
    seen = recorded(name)
    given = {k.lower(): v for k, v in seen["headers"].items()}
    names = given["authorization"].partition("SignedHeaders=")[2].partition(",")[0].split(";")
    url = urlsplit(seen["target"])
    call = acs3.Call("POST", url.path, dict(parse_qsl(url.query)), {n: given[n] for n in names}, seen["body"].encode())
    assert acs3.authorization("testId", "testSecret", call) == given["authorization"]


def test_aliyun_send_sms_as_the_sdk_does() -> None:
    seen = recorded("aliyun_sendsms_acs3")
    sent = message("15300000001", sign="阿里云短信测试专用", template_code="SMS_71390007", params={"customer": "test"})
    action, query, form = aliyun._request(ALIYUN, [sent])
    url, headers, body = aliyun_rpc.signed(ALIYUN, action, {**query, "OutId": "123"}, form, now=0, nonce="n")
    assert url == BASE + seen["target"]
    assert body == b""
    assert {k: headers[k] for k in ("host", "x-acs-action", "x-acs-version", "x-acs-content-sha256", "accept")} == {
        k: seen["headers"][k] for k in ("host", "x-acs-action", "x-acs-version", "x-acs-content-sha256", "accept")
    }
    assert "content-type" not in headers


def test_aliyun_send_batch_sms_as_the_sdk_does() -> None:
    seen = recorded("aliyun_sendbatchsms_acs3")
    params = {"name": "TemplateParamJson"}
    batch = [
        message("1590000****", "test-a", sign="阿里云", template_code="SMS_152550005", params=params),
        message("1350000****", "test-b", sign="阿里巴巴", template_code="SMS_152550005", params=params),
    ]
    action, query, form = aliyun._request(ALIYUN, batch)
    url, headers, body = aliyun_rpc.signed(ALIYUN, action, query, form, now=0, nonce="n")
    assert url == BASE + seen["target"]
    assert body.decode() == seen["body"]
    assert headers["content-type"] == seen["headers"]["content-type"]
    assert headers["x-acs-content-sha256"] == seen["headers"]["x-acs-content-sha256"]


def test_the_sdk_s_own_tencent_signature_comes_out() -> None:
    seen = recorded("tencent_sendsms")
    given, stamp = seen["headers"], int(seen["headers"]["X-TC-Timestamp"])
    request = tc3.canonical(given["Host"], given["Content-Type"], seen["body"].encode())
    assert tc3.authorization("AKIDEXAMPLE", "SECRETEXAMPLE", "sms", request, stamp) == given["Authorization"]


def test_tencent_send_sms_as_the_sdk_does() -> None:
    seen = recorded("tencent_sendsms")
    settings = tencent.TencentSettings(
        secret_id="AKIDEXAMPLE", secret_key="secret", sdk_app_id="1400006666", base_url=BASE
    )
    sent = message("18501234444", sign="腾讯云", template_code="1110", params={"1": "12345"})
    payload = {**tencent.payload(settings, [sent]), "SessionContext": "test"}
    assert payload == json.loads(seen["body"])
    assert list(payload) == list(json.loads(seen["body"]))
    headers, _ = tencent.signed(settings, "SendSms", payload, now=float(seen["headers"]["X-TC-Timestamp"]))
    for name in (
        "Host",
        "Content-Type",
        "X-TC-Action",
        "X-TC-Version",
        "X-TC-Region",
        "X-TC-Timestamp",
        "X-TC-Language",
    ):
        assert headers[name] == seen["headers"][name]  # fmt: skip


def test_twilio_create_as_the_sdk_does() -> None:
    seen = recorded("twilio_create")
    settings = twilio.TwilioSettings.model_validate(
        {"account_sid": "AC" + "a" * 32, "auth_token": "token", "from": "+14155550000", "base_url": BASE}
    )
    account = AccountNow(1, 1, "sms", providers["twilio"], settings, None, "", "https://example.com/cb")
    form = twilio.form(account, message("+14155552345", text="hi"))
    assert form["StatusCallback"] == "https://example.com/cb?message=1-5"
    assert list(form.items()) == [
        (name, value if name != "StatusCallback" else form[name]) for name, value in parse_qsl(seen["body"])
    ]
    assert twilio._basic(settings)["Authorization"] == seen["headers"]["Authorization"]
    assert f"{twilio._account_url(settings)}/Messages.json" == BASE + seen["target"]


def test_a_time_is_of_the_provider_s_zone() -> None:
    """DOC-ALI-REPORT: help.aliyun.com SmsReport."""
    row = {"phone_number": "13811110000", "report_time": "2017-01-01 00:00:00", "success": True, "err_code": "DELIVERED", "biz_id": "12345", "out_id": "67890"}  # fmt: skip
    account = AccountNow(1, 1, "sms", providers["aliyun"], ALIYUN, None, "")
    found = aliyun._receipt(account, row, datetime.now().astimezone())
    assert found.at.isoformat() == "2017-01-01T00:00:00+08:00"
    assert (found.event, found.provider_id, found.to, found.message) == ("delivered", "12345", "13811110000", "")
