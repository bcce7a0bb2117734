"""Mail about mail: delivery reports (RFC 3464) and complaints (RFC 5965), as a mail server hands them to our callback address.

Which mail it is about says the address that it came to (its return path, with our id), or the Message-ID of what it quotes.
"""

import re
from collections.abc import Iterator
from datetime import datetime
from email import message_from_bytes
from email.message import EmailMessage, Message
from email.policy import default
from typing import Final

from channels.contract import BOUNCED, COMPLAINED, ReceiptIn
from channels.kinds.email.mime import read_signed_id

_EVENTS: Final = {"failed": "failed", "delivered": "delivered"}  # delayed, relayed and expanded say nothing yet
_CAME_TO: Final = ("To", "Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To", "Original-Recipient", "Original-Mail-From")  # fmt: skip
_GONE: Final = re.compile(
    r"5\.(1\.(0|1|2|3|6|10)|2\.1|4\.4)\b"
)  # no such box, host or domain; closed; nobody takes its mail
_STATUS: Final = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")


def receipts_of(raw: bytes, secret: str, now: datetime) -> list[ReceiptIn]:
    """Nothing for mail that is no report, or of no mail of this account. secret: of its ids."""
    mail = message_from_bytes(raw, policy=default)
    kind = str(mail.get_param("report-type", "") or "").lower() if mail.get_content_type() == "multipart/report" else ""
    message = _about(mail, secret)
    if not message:
        return []
    if kind == "feedback-report":
        return [ReceiptIn(message, "unsubscribed", now, {"code": "complaint"}, bad_address=COMPLAINED)]
    return list(_reports(mail, message, now)) if kind == "delivery-status" else []


def _reports(mail: EmailMessage, message: str, now: datetime) -> Iterator[ReceiptIn]:
    for block in _blocks(mail):
        event = _EVENTS.get(str(block.get("Action", "")).strip().lower())
        status = _STATUS.search(str(block.get("Status", "")))
        if event is None or status is None:
            continue
        gone = event == "failed" and _GONE.match(status[1])
        detail = {"code": status[1]} if event == "failed" else {}
        if event == "failed" and (said := str(block.get("Diagnostic-Code", "")).strip()):
            detail["text"] = " ".join(said.split())[:300]
        yield ReceiptIn(message, event, now, detail, bad_address=BOUNCED if gone else "")


def _blocks(mail: EmailMessage) -> Iterator[Message]:
    """The part of each recipient."""
    for part in mail.walk():
        if part.get_content_type() == "message/delivery-status":
            yield from (block for block in part.get_payload() if isinstance(block, Message) and "Action" in block)


def _about(mail: EmailMessage, secret: str) -> str:
    """Our id of the mail; empty when it is none of ours."""
    came_to = " ".join(str(value) for name in _CAME_TO for value in mail.get_all(name, []))
    return read_signed_id(secret, came_to) or next(
        (found for part in mail.walk() if (found := _quoted(part, secret))), ""
    )


def _quoted(part: Message, secret: str) -> str:
    kind = part.get_content_type()
    if kind == "message/rfc822":
        inner = part.get_payload()
        quoted = inner[0] if isinstance(inner, list) and inner else None
        return read_signed_id(secret, str(quoted.get("Message-ID", ""))) if isinstance(quoted, Message) else ""
    if kind == "text/rfc822-headers":
        said = part.get_payload(decode=True)
        return read_signed_id(secret, said.decode("latin-1")) if isinstance(said, bytes) else ""
    if kind in ("message/delivery-status", "message/feedback-report"):
        inner = part.get_payload()
        blocks = [block for block in inner if isinstance(block, Message)] if isinstance(inner, list) else []
        return read_signed_id(secret, " ".join(str(value) for block in blocks for value in block.values()))
    return ""
