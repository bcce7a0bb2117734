"""The official SDKs work against the stand-ins: what the stand-ins accept is what the vendors' own clients send."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from alibabacloud_dysmsapi20170525 import models as aliyun_models
from alibabacloud_dysmsapi20170525.client import Client as AliyunClient
from alibabacloud_dyvmsapi20170525 import models as voice_models
from alibabacloud_dyvmsapi20170525.client import Client as VoiceClient
from alibabacloud_tea_openapi.models import Config
from jpush import JPush, common, notification, platform
from tencentcloud.common import credential
from tencentcloud.common.exception.tencent_cloud_sdk_exception import TencentCloudSDKException
from tencentcloud.common.profile.client_profile import ClientProfile
from tencentcloud.common.profile.http_profile import HttpProfile
from tencentcloud.sms.v20210111 import models as tencent_models
from tencentcloud.sms.v20210111.sms_client import SmsClient
from twilio.base.exceptions import TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client as TwilioClient

from fakes.magic import Case, address_of
from fakes.server import Fakes

# the SDKs' own habits, not ours to change
pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]


@pytest.fixture(scope="module")
def fakes() -> Iterator[Fakes]:
    with Fakes() as running:
        yield running


def aliyun(fakes: Fakes, secret: str = "testSecret") -> Any:
    host = urlsplit(fakes.url).netloc
    return AliyunClient(Config(access_key_id="testId", access_key_secret=secret, endpoint=host, protocol="http"))


def test_aliyun(fakes: Fakes) -> None:
    one = aliyun_models.SendSmsRequest(phone_numbers="13800130001", sign_name="山间茶铺", template_code="SMS_1", template_param='{"name":"客"}', out_id="1-7")  # fmt: skip
    answer = aliyun(fakes).send_sms(one).body
    assert (answer.code, bool(answer.biz_id)) == ("OK", True)
    arrived = fakes.desk.search("13800130001", "aliyun")[0]
    assert arrived.text == "【山间茶铺】[SMS_1] name=客"
    assert arrived.facts["out_id"] == "1-7"
    batch = aliyun_models.SendBatchSmsRequest(phone_number_json='["13800130002","13800130003"]', sign_name_json='["甲","乙"]', template_code="SMS_1",
                                              template_param_json='[{"name":"a"},{"name":"b"}]')  # fmt: skip
    assert aliyun(fakes).send_batch_sms(batch).body.code == "OK"
    assert {a.text for a in fakes.desk.search("1380013000", "aliyun")} >= {
        "【甲】[SMS_1] name=a",
        "【乙】[SMS_1] name=b",
    }


def test_aliyun_refusals(fakes: Fakes) -> None:
    def one(to: str) -> Any:
        return aliyun_models.SendSmsRequest(phone_numbers=to, sign_name="山间茶铺", template_code="SMS_1")

    limited = aliyun(fakes).send_sms(one(address_of(Case.LIMIT))).body
    assert limited.code == "isv.BUSINESS_LIMIT_CONTROL"
    with pytest.raises(Exception, match="SignatureDoesNotMatch"):
        aliyun(fakes, "another").send_sms(one("13800130001"))


def tencent(fakes: Fakes, key: str = "secret") -> SmsClient:
    http = HttpProfile(protocol="http", endpoint=urlsplit(fakes.url).netloc)
    return SmsClient(credential.Credential("AKIDEXAMPLE", key), "ap-guangzhou", ClientProfile(httpProfile=http))


def sms(*numbers: str) -> Any:
    wanted = tencent_models.SendSmsRequest()
    wanted.PhoneNumberSet, wanted.SmsSdkAppId, wanted.SignName = list(numbers), "1400006666", "山间茶铺"
    wanted.TemplateId, wanted.TemplateParamSet, wanted.SessionContext = "1110", ["12345"], "1-9"
    return wanted


def test_tencent(fakes: Fakes) -> None:
    rows = tencent(fakes).SendSms(sms("+8613800130001", f"+86{address_of(Case.OPTOUT)}")).SendStatusSet
    assert [row.Code for row in rows] == ["Ok", "FailedOperation.PhoneNumberInBlacklist"]
    assert rows[0].SessionContext == "1-9"
    assert [a.ref for a in fakes.desk.search("", "tencent")] == [rows[0].SerialNo]


def test_tencent_refuses_a_wrong_key(fakes: Fakes) -> None:
    with pytest.raises(TencentCloudSDKException) as refused:
        tencent(fakes, "another").SendSms(sms("+8613800130001"))
    assert refused.value.code == "AuthFailure.SignatureFailure"


class _Here(TwilioHttpClient):
    """twilio has no setting for the address of its API."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self.url = url

    def request(self, method: str, url: str, *args: Any, **more: Any) -> Any:
        return super().request(method, url.replace("https://api.twilio.com", self.url), *args, **more)


def twilio(fakes: Fakes, token: str = "token") -> TwilioClient:
    return TwilioClient("AC" + "a" * 32, token, http_client=_Here(fakes.url))


def test_twilio(fakes: Fakes) -> None:
    made = twilio(fakes).messages.create(
        to="+14155552345", from_="+14155550000", body="hi", status_callback="https://example.com/cb"
    )
    assert (made.status, made.body, made.sid[:2]) == ("queued", "hi", "SM")
    assert fakes.desk.search("+14155552345", "twilio")[0].facts["callback"] == "https://example.com/cb"


def test_twilio_refusals(fakes: Fakes) -> None:
    with pytest.raises(TwilioRestException) as refused:
        twilio(fakes).messages.create(to=f"+86{address_of(Case.OPTOUT)}", from_="+14155550000", body="hi")
    assert refused.value.code == 21610
    with pytest.raises(TwilioRestException) as unknown:
        twilio(fakes, "another").messages.create(to="+14155552345", from_="+14155550000", body="hi")
    assert unknown.value.status == 401


def voice(fakes: Fakes, secret: str = "testSecret") -> Any:
    host = urlsplit(fakes.url).netloc
    return VoiceClient(Config(access_key_id="testVoiceId", access_key_secret=secret, endpoint=host, protocol="http"))


def test_aliyun_voice(fakes: Fakes) -> None:
    one = voice_models.SingleCallByTtsRequest(called_number="13800130007", called_show_number="057100000000", tts_code="TTS_1", tts_param='{"name":"客"}', out_id="1-7")  # fmt: skip
    answer = voice(fakes).single_call_by_tts(one).body
    assert (answer.code, bool(answer.call_id)) == ("OK", True)
    assert fakes.desk.search("13800130007", "aliyun_vms")[0].text == "[TTS_1] name=客"
    played = voice_models.SingleCallByVoiceRequest(called_number="13800130008", voice_code="2d4c.wav", play_times=2)
    assert voice(fakes).single_call_by_voice(played).body.code == "OK"
    limited = voice_models.SingleCallByVoiceRequest(called_number=address_of(Case.LIMIT), voice_code="2d4c.wav")
    assert voice(fakes).single_call_by_voice(limited).body.code == "isv.BUSINESS_LIMIT_CONTROL"
    with pytest.raises(Exception, match="SignatureDoesNotMatch"):
        voice(fakes, "another").single_call_by_tts(one)


@pytest.fixture
def jpush(fakes: Fakes, monkeypatch: pytest.MonkeyPatch) -> JPush:
    monkeypatch.setitem(common.ZONES["DEFAULT"], "PUSH", f"{fakes.url}/v3/")
    return JPush("7d431e42dfa6a6d693ac2d04", "5e987ac6d2e04d95a9d8f0d1")


def _push(client: JPush, *devices: str, cid: str | None = None) -> Any:
    made = client.create_push()
    made.audience, made.platform, made.cid = {"registration_id": list(devices)}, platform("all"), cid
    made.notification = notification(alert="Hi", android=_android())
    return made.send().payload


def _android() -> Any:
    return {"alert": "Hi", "title": "新茶", "extras": {"page": "tea"}}


def test_jpush(fakes: Fakes, jpush: JPush) -> None:
    cid = jpush.create_push().get_cid(2, "push").payload["cidlist"][0]
    first = _push(jpush, "d-13800130001", "d-13800130002", cid=cid)
    assert _push(jpush, "d-13800130001", cid=cid) == first  # the same cid: answered as the first time
    assert [(a.to, a.text) for a in fakes.desk.search("", "jpush")] == [
        ("d-13800130002", "新茶\nHi"),
        ("d-13800130001", "新茶\nHi"),
    ]
    assert {a.ref for a in fakes.desk.search("", "jpush")} == {first["msg_id"]}


def test_jpush_refusals(fakes: Fakes, jpush: JPush) -> None:
    with pytest.raises(common.JPushFailure) as nobody:
        _push(jpush, f"d-{address_of(Case.RCPT)}")
    assert nobody.value.error_code == 1011
    with pytest.raises(common.Unauthorized):
        _push(JPush("7d431e42dfa6a6d693ac2d04", "another"), "d-13800130001")
