"""Delivery reports of Postfix, Exim and Microsoft, and a complaint, as they come: which mail, and is its address bad?"""

from datetime import UTC, datetime

import pytest

from channels.contract import BOUNCED, COMPLAINED, ReceiptIn
from channels.kinds.email.bounces import receipts_of
from channels.kinds.email.mime import signed_id

SECRET = "s" * 32
NOW = datetime(2026, 11, 30, tzinfo=UTC)
MINE = signed_id(SECRET, "12-345")
POSTFIX = """\
Return-Path: <>
From: MAILER-DAEMON@mail.shop.example (Mail Delivery System)
To: {to}
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="9B095B5ADSN=_01"

--9B095B5ADSN=_01
Content-Description: Notification
Content-Type: text/plain; charset=us-ascii

This is the mail system at host mail.shop.example.

--9B095B5ADSN=_01
Content-Description: Delivery report
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.shop.example
X-Postfix-Queue-ID: 4F2A
Arrival-Date: Mon, 30 Nov 2026 08:00:00 +0800

Final-Recipient: rfc822; someone@mail.example
Original-Recipient: rfc822;u@mail.example
Action: {action}
Status: {status}
Remote-MTA: dns; mx.mail.example
Diagnostic-Code: smtp; {said}

--9B095B5ADSN=_01
{rest}
--9B095B5ADSN=_01--
"""
HEADERS = "Content-Type: text/rfc822-headers\n\nFrom: hi@shop.example\nMessage-ID: <{id}@shop.example>\nSubject: x\n"
WHOLE = "Content-Type: message/rfc822\n\nFrom: hi@shop.example\nMessage-ID: <{id}@shop.example>\nSubject: x\n\nhello\n"


def read(to: str = "hi@shop.example", action: str = "failed", status: str = "5.1.1", said: str = "550 5.1.1 User unknown", rest: str = HEADERS, id_: str = MINE) -> list[ReceiptIn]:  # fmt: skip
    raw = POSTFIX.format(to=to, action=action, status=status, said=said, rest=rest.format(id=id_))
    return receipts_of(raw.encode(), SECRET, NOW)


@pytest.mark.parametrize("rest", [HEADERS, WHOLE])
def test_by_what_it_quotes(rest: str) -> None:
    (found,) = read(rest=rest)
    assert (found.message, found.event, found.bad_address) == ("12-345", "failed", BOUNCED)
    assert found.detail == {"code": "5.1.1", "text": "smtp; 550 5.1.1 User unknown"}


def test_by_the_address_that_it_came_to() -> None:
    (found,) = read(to=f"bounce+{MINE}@shop.example", rest="Content-Type: text/plain\n\n")
    assert found.message == "12-345"


@pytest.mark.parametrize(
    ("status", "bad"),
    [("5.1.1", BOUNCED), ("5.1.2", BOUNCED), ("5.1.10", BOUNCED), ("5.2.1", BOUNCED), ("5.4.4", BOUNCED),
     ("5.2.2", ""), ("5.7.1", ""), ("4.4.1", ""), ("5.1.8", ""), ("5.0.0", "")],
)  # fmt: skip
def test_only_what_is_for_good_makes_an_address_bad(status: str, bad: str) -> None:
    (found,) = read(status=status)
    assert (found.event, found.bad_address) == ("failed", bad)


def test_delivered_and_delayed() -> None:
    (found,) = read(action="delivered", status="2.0.0", said="250 Ok")
    assert (found.event, found.detail, found.bad_address) == ("delivered", {}, "")
    assert read(action="delayed", status="4.4.1") == []


def test_a_report_that_was_made_up_finds_nothing() -> None:
    assert read(id_="12-345.0123456789abcdef") == []
    assert read(to="bounce+12-345@shop.example", id_="12-345") == []


def test_a_complaint() -> None:
    raw = f"""\
From: abuse@mail.example
To: abuse@shop.example
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report; boundary="b"

--b
Content-Type: text/plain

This is an email abuse report.
--b
Content-Type: message/feedback-report

Feedback-Type: abuse
Version: 1
Original-Mail-From: <bounce+{MINE}@shop.example>
--b
Content-Type: message/rfc822

From: hi@shop.example
Subject: x

hello
--b--
"""
    (found,) = receipts_of(raw.encode(), SECRET, NOW)
    assert (found.message, found.event, found.bad_address) == ("12-345", "unsubscribed", COMPLAINED)


@pytest.mark.parametrize(
    "raw", [b"", b"\xff\xfe", b"From: a@b\n\nTD", b"Content-Type: multipart/report; report-type=delivery-status\n\n"]
)
def test_other_mail_says_nothing(raw: bytes) -> None:
    assert receipts_of(raw, SECRET, NOW) == []
