"""Published signature vectors, with their sources (reference: vectors.md)."""

from urllib.parse import urlsplit

import pytest

from channels.signing import acs3, tc3, twilio

NOTHING = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def test_ali_acs3_1() -> None:
    """ALI-ACS3-1: help.aliyun.com/zh/sdk/product-overview/v3-request-structure-and-signature, "fixed parameters"."""
    headers = {
        "host": "ecs.cn-shanghai.aliyuncs.com", "x-acs-action": "RunInstances", "x-acs-version": "2014-05-26", "x-acs-date": "2023-10-26T10:22:32Z",
        "x-acs-signature-nonce": "3156853299f313e23d1673dc12e1703d", "x-acs-content-sha256": NOTHING,
    }  # fmt: skip
    query = {"ImageId": "win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd", "RegionId": "cn-shanghai"}
    call = acs3.Call("POST", "/", query, headers)
    assert (
        acs3.digest(acs3.canonical(call).encode()) == "7ea06492da5221eba5297e897ce16e55f964061054b7695beedaac1145b1e259"
    )
    signature = acs3.authorization("YourAccessKeyId", "YourAccessKeySecret", call).rpartition("Signature=")[2]
    assert signature == "06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0"


def test_ali_enc() -> None:
    """ALI-ENC: aliyun/darabonba-openapi python/tests/test_utils.py, test_get_canonical_query_string."""
    assert acs3.encode(" ~/*-+") == "%20~%2F%2A-%2B"


def test_tc3_1() -> None:
    """TC3-1: Tencent Cloud "Signature v3" (intl.cloud.tencent.com/zh/document/api/1021/34193)."""
    body = rb'{"Limit": 1, "Filters": [{"Values": ["\u672a\u547d\u540d"], "Name": "instance-name"}]}'
    request = tc3.canonical("cvm.tencentcloudapi.com", "application/json; charset=utf-8", body)
    assert request.endswith("35e9c5b0e3ae67532d3c9f17ead6c90222632e5b1ff7f6e89887f1398934f064")
    assert acs3.digest(request.encode()) == "5ffe6a04c0664d6b969fab9a13bdab201d63ee709638e2749d62a09ca18d7031"
    told = tc3.authorization("AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE", "Gu5t9xGARNpq86cd98joQYCN3EXAMPLE", "cvm", request, 1551113065)  # fmt: skip
    assert told.endswith("Signature=72e494ea809ad7a8c8f7a4507b9bddcbaa8e581f516e8da2f66e2c5a96525168")
    assert "/2019-02-25/cvm/tc3_request" in told


URL = "https://mycompany.com/myapp.php?foo=1&bar=2"
FORM = {
    "CallSid": ["CA1234567890ABCDE"], "Digits": ["1234"], "From": ["+14158675309"], "To": ["+18005551212"], "Caller": ["+14158675309"],
}  # fmt: skip


class TestTwilio:
    """TWILIO-1 … 6: twilio/twilio-python tests/unit/test_request_validator.py @306691e793f4; auth token 12345."""

    def test_1(self) -> None:
        assert twilio.sign("12345", URL, FORM) == "RSOYDt4T1cUTdK1PDd93/VVr8B8="
        assert twilio.verify("12345", [URL], b"", FORM, "RSOYDt4T1cUTdK1PDd93/VVr8B8=")

    def test_2_values_are_sorted_and_repeats_dropped(self) -> None:
        form = {"Sid": ["CA123"], "SidAccount": ["AC123"], "Digits": ["5678", "1234", "1234"]}
        assert twilio.sign("12345", URL, form) == "IK+Dwps556ElfBT0I3Rgjkr1wJU="

    def test_3_with_a_port(self) -> None:
        http = URL.replace("https", "http").replace(".com", ".com:1234")
        assert urlsplit(http).port == 1234
        assert twilio.sign("12345", http, FORM) == "Zmvh+3yNM1Phv2jhDCwEM3q5ebU="

    @pytest.mark.parametrize("url", [URL, URL.replace(".com", ".com:443")])
    def test_4_and_5_with_and_without_the_port(self, url: str) -> None:
        for signed in (URL, URL.replace(".com", ".com:443")):
            assert twilio.verify("12345", [url], b"", FORM, twilio.sign("12345", signed, FORM))

    def test_6_a_json_body(self) -> None:
        body = b'{"property": "value", "boolean": true}'
        url = URL + "&bodySHA256=0a1ff7634d9ab3b95db5c9a2dfe9416e41502b283a80c7cf19632632f96e6620"
        assert twilio.verify("12345", [url], body, {}, "a9nBmqA0ju/hNViExpshrM61xv4=")
        assert not twilio.verify("12345", [url], body + b" ", {}, "a9nBmqA0ju/hNViExpshrM61xv4=")

    def test_others_are_forged(self) -> None:
        right = twilio.sign("12345", URL, FORM)
        assert not twilio.verify("12346", [URL], b"", FORM, right)
        assert not twilio.verify("12345", [URL], b"", {**FORM, "Digits": ["1235"]}, right)
        assert not twilio.verify("12345", [URL + "3"], b"", FORM, right)
        assert not twilio.verify("12345", [URL], b"", FORM, "")
