"""What a mail program would make of a mail."""

from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any


def mail_facts(raw: bytes) -> dict[str, Any]:
    """{"subject", "sender", "html", "plain", "headers"} of the bytes that came."""
    mail = message_from_bytes(raw, policy=default)
    headers = {name: str(value) for name, value in mail.items()}
    return {"subject": headers.get("Subject", ""), "sender": headers.get("From", ""), "html": _part(mail, "html"), "plain": _part(mail, "plain"), "headers": headers}  # fmt: skip


def _part(mail: EmailMessage, kind: str) -> str:
    found = mail.get_body(preferencelist=(kind,))
    return str(found.get_content()) if isinstance(found, EmailMessage) else ""
