"""WeChat's and WeCom's callback crypto against published vectors (shared reference, vectors.md §1)."""

import pytest

from channels.wxcrypt import Door, fields, signature, tree_of
from kernel.errors import ProblemError

WECOM = Door("QDG6eK", "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C", "wx5823bf96d3bd56c7")
ECHO = {
    "msg_signature": "5c45ff5e21c57e6ad56bac8758b79b1d9ac89fd3", "timestamp": "1409659589", "nonce": "263014780",
    "echostr": "P9nAzCzyDtyTWESHep1vC5X9xho/qYX3Zpb4yKa9SKld1DsH3Iyt3tP3zNdtp+4RPcs8TgAE7OaBO+FZXvnaqQ==",
}  # fmt: skip
PLAIN = Door("test", "", "wxapp")


def test_sorted_sha1() -> None:
    """WX-SHA1-1: WxJava, SHA1Test.java."""
    assert signature("123", "345") == "9f537aeb751ec72605f57f94a2f6dc3e3958e1dd"


def test_official_account_signature() -> None:
    """WX-SIG-1: wechatpy, tests/test_utils.py."""
    PLAIN.verify("f21891de399b4e33a1a93c9a7b8a8fffb5a443ff", "1410685589", "test")
    with pytest.raises(ProblemError):
        PLAIN.verify("f21891de399b4e33a1a93c9a7b8a8fffb5a443fe", "1410685589", "test")


def test_wecom_echo() -> None:
    """WECOM-1: Tencent's WXBizMsgCrypt sample."""
    assert WECOM.checked(ECHO) == b"1616140317555161061"


@pytest.mark.parametrize(
    "change",
    [
        {"nonce": "263014781"},
        {"msg_signature": "0" * 40},
        {"echostr": ECHO["echostr"][:-4] + "AAA="},
        {"msg_signature": ""},
    ],
)
def test_wecom_echo_forged(change: dict[str, str]) -> None:
    with pytest.raises(ProblemError) as refused:
        WECOM.checked({**ECHO, **change})
    assert refused.value.code.name == "FORGED"


def test_encryption() -> None:
    """WX-AES-1: Tencent's WXBizMsgCryptTest, in WxJava's WxCryptUtilTest.java."""
    door = Door("pamtest", "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG", "wxb11529c136998cb6")
    sealed = door.seal("我是中文abcd123".encode(), b"aaaabbbbccccdddd")
    assert sealed == "jn1L23DB+6ELqJ+6bruv21Y6MD7KeIfP82D6gU39rmkgczbWwt5+3bnyg5K55bgVtVzd832WzZGMhkP72vVOfg=="
    assert door.open(sealed) == "我是中文abcd123".encode()


def test_a_pushed_message_sealed_for_another_is_refused() -> None:
    door = Door("t", "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG", "wxours")
    theirs = Door("t", "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG", "wxtheirs")
    message = b"<xml><MsgType><![CDATA[event]]></MsgType><Count>1</Count></xml>"
    for sender, fine in ((door, True), (theirs, False)):
        sealed = sender.seal(message)
        query = {"timestamp": "1", "nonce": "n", "msg_signature": signature("t", "1", "n", sealed)}
        body = f"<xml><ToUserName>x</ToUserName><Encrypt><![CDATA[{sealed}]]></Encrypt></xml>".encode()
        if fine:
            assert fields(door.read(query, body)) == {"MsgType": "event", "Count": "1"}
        else:
            with pytest.raises(ProblemError):
                door.read(query, body)
    clear = {"timestamp": "1", "nonce": "n", "signature": signature("t", "1", "n")}
    with pytest.raises(ProblemError):  # a key was set up: nothing comes in clear
        door.read(clear, message)
    assert fields(Door("t", "", "wxours").read(clear, message)) == {"MsgType": "event", "Count": "1"}


@pytest.mark.parametrize(
    "body", [b"", b"no xml", b'<!DOCTYPE x [<!ENTITY a "b">]><xml><A>&a;</A></xml>', b"<xml><A></xml>"]
)
def test_what_is_no_plain_xml_is_refused(body: bytes) -> None:
    with pytest.raises(ProblemError):
        tree_of(body)


def test_what_a_customer_types_is_no_declaration() -> None:
    tree = tree_of("<xml><Content><![CDATA[<!DOCTYPE 你好 ]] >]]></Content><L><A>1</A></L></xml>".encode())
    assert fields(tree) == {"Content": "<!DOCTYPE 你好 ]] >"}
    assert tree.findtext("L/A") == "1"
