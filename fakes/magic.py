"""Addresses that bring about what can go wrong, the same for every provider: any that ends in 99000000NN (19900000002,
+8619900000002, o-19900000002, 19900000002@example.com). The page of the stand-ins shows this table.

NN  what happens
01  too often for this recipient
02  no such recipient
03  the recipient has refused messages
04  the account's quota is used up
05  text, signature or template is not accepted
06  the account's credentials or permissions are refused
07  a temporary fault; nothing was taken
08  taken, and then never answered
09  taken, and then the connection is cut
10  taken, answered after two seconds
11  the access token has expired (the first time that the number is tried with a token)
12  not allowed now for this recipient
13  too fast for the whole account
14  an answer of the HTTP server in front: 503
15  taken, and then the provider itself reports a failure
"""

import enum
import re

_MAGIC = re.compile(r"99000000(\d\d)(?!\d)")


class Case(enum.Enum):
    """What an address brings about; its value is the NN."""

    LIMIT = "01"
    RCPT = "02"
    OPTOUT = "03"
    QUOTA = "04"
    CONTENT = "05"
    CONFIG = "06"
    RETRY = "07"
    HANG = "08"
    DROP = "09"
    SLOW = "10"
    TOKEN = "11"
    WINDOW = "12"
    RATE = "13"
    FRONT = "14"
    FAILS = "15"


def case_of(address: str) -> Case | None:
    """The case of an address; None for an ordinary one."""
    found = _MAGIC.search(address)
    return Case(found[1]) if found and found[1] in {c.value for c in Case} else None


def address_of(case: Case) -> str:
    """A mainland phone number for it."""
    return f"199000000{case.value}"


ACCEPTED = frozenset({Case.HANG, Case.DROP, Case.SLOW, Case.FAILS})  # the message was taken all the same


def words() -> dict[str, str]:
    """NN → what happens, from the table above."""
    lines = (__doc__ or "").splitlines()
    return {line[:2]: line[4:] for line in lines if re.match(r"\d\d  ", line)}
