"""Refusals of real servers, and what they mean."""

import pytest

from channels.contract import ErrorClass
from channels.kinds.email.smtp_codes import class_of, code_of, words_of

# (reply, words, command, class): as Postfix, Exim, Gmail, Microsoft and QQ word them
SAID = [
    (450, "4.2.0 <u@x>: Recipient address rejected: Greylisted", "rcpt", ErrorClass.RETRY),
    (421, "4.7.28 Our system has detected an unusual rate of unsolicited mail", "data", ErrorClass.RETRY),
    (451, "4.3.0 Temporary lookup failure", "rcpt", ErrorClass.RETRY),
    (452, "4.2.2 Mailbox full", "rcpt", ErrorClass.RETRY),
    (552, "5.2.2 The email account that you tried to reach is over quota", "rcpt", ErrorClass.RETRY),
    (550, "5.1.1 <u@x>: Recipient address rejected: User unknown in virtual mailbox table", "rcpt", ErrorClass.RCPT),
    (550, "5.1.1 The email account that you tried to reach does not exist", "data", ErrorClass.RCPT),
    (550, "5.4.1 Recipient address rejected: Access denied", "rcpt", ErrorClass.RCPT),
    (550, "No such user here", "rcpt", ErrorClass.RCPT),
    (550, "Mail content denied", "data", ErrorClass.CONTENT),
    (550, "Blocked by our spam policy", "rcpt", ErrorClass.CONTENT),
    (550, "5.7.1 Message contains spam or virus", "data", ErrorClass.CONTENT),
    (554, "5.7.1 <u@x>: Recipient address rejected: Policy", "rcpt", ErrorClass.CONTENT),
    (554, "5.7.1 <u@x>: Relay access denied", "rcpt", ErrorClass.CONFIG),
    (552, "5.3.4 Message size exceeds fixed limit", "mail", ErrorClass.CONTENT),
    (553, "5.7.1 <x@y>: Sender address rejected: not owned by user z", "mail", ErrorClass.CONFIG),
    (530, "5.7.0 Must issue a STARTTLS command first", "mail", ErrorClass.CONFIG),
    (535, "Login Fail. Please enter your authorization code to login", "auth", ErrorClass.CONFIG),
    (554, "No SMTP service here", "connect", ErrorClass.CONFIG),
    (550, "5.4.5 Daily user sending limit exceeded", "rcpt", ErrorClass.QUOTA),
    (454, "4.7.0 Temporary authentication failure", "auth", ErrorClass.RETRY),
]  # fmt: skip


@pytest.mark.parametrize(("reply", "words", "command", "meant"), SAID)
def test_what_a_refusal_means(reply: int, words: str, command: str, meant: ErrorClass) -> None:
    assert class_of(code_of(reply, words, command)) is meant


def test_our_own_words() -> None:
    assert class_of("bad_header") is ErrorClass.CONTENT
    for code in ("tls_refused", "no_auth", "no_starttls"):
        assert class_of(code) is ErrorClass.CONFIG
        assert words_of(code)


def test_words_for_the_merchant() -> None:
    said = [words_of(code_of(reply, words, command)) for reply, words, command, _ in SAID]
    assert "转发" in str(said[13])
    assert "发件人" in str(said[15])
    assert "额度" in str(said[19])
