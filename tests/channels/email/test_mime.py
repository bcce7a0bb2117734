"""A mail as bytes: read again by the standard library, it says what was meant, and its headers are on lines of their own."""

from email import message_from_bytes
from email.header import decode_header, make_header
from email.policy import default
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.contract import Outbound
from channels.kinds.email.mail import ascii_domain, mail_of, mailbox
from channels.kinds.email.mime import mime, read_signed_id, signed_id
from channels.kinds.email.providers.smtp import SmtpSettings

SECRET = "s" * 32
UNSUBSCRIBE = "https://shop.example/u/" + "a" * 200


def settings(**more: Any) -> SmtpSettings:
    return SmtpSettings.model_validate({"host": "mail.shop.example", "from": "山间茶铺 <hi@shop.example>", **more})


def outbound(purpose: str = "marketing", to: str = "u@mail.example", **content: Any) -> Outbound:
    made = {"subject": "新茶到了", "text": "您好", "html": "<p>您好</p>", **content}
    return Outbound("12-345", "email", purpose, to, 1, None, made, "1", "1", "m", "")


def raw(message: Outbound, **more: Any) -> bytes:
    return mime(mail_of(settings(**more), message), SECRET, 1_790_000_000.0)


def test_a_mail_says_what_was_meant() -> None:
    headers = {"List-Unsubscribe": f"<{UNSUBSCRIBE}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    sent = raw(outbound(headers=headers), reply_to="客服 <help@shop.example>")
    mail = message_from_bytes(sent, policy=default)
    assert sent.isascii()
    assert mail["From"] == "山间茶铺 <hi@shop.example>"
    assert mail["To"] == "u@mail.example"
    assert mail["Subject"] == "新茶到了"
    assert mail["Reply-To"] == "客服 <help@shop.example>"
    assert mail["Date"] == "Mon, 21 Sep 2026 14:13:20 +0000"
    assert mail["Message-ID"] == f"<{signed_id(SECRET, '12-345')}@shop.example>"
    assert mail.get_content_type() == "multipart/alternative"
    assert [part.get_content().strip() for part in mail.iter_parts()] == ["您好", "<p>您好</p>"]
    # word for word: what is folded or put into encoded words is no address any more for who reads it by hand
    assert f"\r\nList-Unsubscribe: <{UNSUBSCRIBE}>\r\n".encode() in sent
    assert b"\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n" in sent


def test_text_alone_and_html_alone() -> None:
    assert message_from_bytes(raw(outbound(html="")), policy=default).get_content_type() == "text/plain"
    assert message_from_bytes(raw(outbound(text="")), policy=default).get_content_type() == "text/html"


@pytest.mark.parametrize(
    ("prefix", "purpose", "subject", "said"),
    [
        ("none", "marketing", "新茶", "新茶"),
        ("zh", "marketing", "新茶", "(广告)新茶"),
        ("en", "marketing", "New tea", "AD New tea"),
        ("zh", "marketing", "(广告)新茶", "(广告)新茶"),
        ("zh", "marketing", "AD 新茶", "AD 新茶"),
        ("en", "marketing", "Adventures", "AD Adventures"),
        ("zh", "service", "订单已发货", "订单已发货"),
    ],
)
def test_advertisements_are_marked_where_the_account_wants_it(
    prefix: str, purpose: str, subject: str, said: str
) -> None:
    mail = message_from_bytes(raw(outbound(purpose, subject=subject), ad_prefix=prefix), policy=default)
    assert mail["Subject"] == said


def test_nothing_that_is_filled_in_makes_a_header() -> None:
    mail = message_from_bytes(raw(outbound(subject="新茶\r\nBcc: all@mail.example\n")), policy=default)
    assert mail["Subject"] == "新茶 Bcc: all@mail.example"
    assert mail["Bcc"] is None
    with pytest.raises(ValueError):
        raw(outbound(headers={"List-Unsubscribe": "<https://x/" + "é" * 9 + ">"}))


@given(st.text(max_size=400), st.text(max_size=3000))
def test_any_subject_and_text_come_through(subject: str, text: str) -> None:
    try:
        subject.encode(), text.encode()
    except UnicodeEncodeError:
        return
    sent = raw(outbound(subject=subject, text=text or "-", html=""))
    assert all(len(line) <= 998 for line in sent.split(b"\r\n"))
    head = message_from_bytes(sent)
    assert (
        str(make_header(decode_header(head["Subject"] or ""))).split() == subject.replace("\0", "").split()
        or "\0" in subject
    )
    assert (head.get_payload(decode=True) or b"").decode().split() == (text or "-").split()


def test_ids_are_ours_alone() -> None:
    mine = signed_id(SECRET, "12-345")
    assert read_signed_id(SECRET, f"<{mine.upper()}@shop.example>") == "12-345"
    assert read_signed_id("t" * 32, mine) == ""
    assert read_signed_id(SECRET, mine.replace("345", "346")) == ""
    assert read_signed_id(SECRET, f"x.0123456789abcdef {mine}") == "12-345"


def test_addresses() -> None:
    assert ascii_domain("u@例子.com") == "u@xn--fsqu00a.com"
    assert mailbox("a@b.example, c@d.example") is None
    assert mailbox("no address") is None
    found = mailbox('"Tea, Shop" <hi@shop.example>')
    assert found is not None
    assert (found.display_name, found.addr_spec) == ("Tea, Shop", "hi@shop.example")
