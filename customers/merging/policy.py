"""What a tenant lets happen when one record names two customers, and values that prove nothing whoever sends them."""

import re
from typing import Final

from customers.identities import EMAIL, PHONE, normalise
from tenants.settings import Merging, Policy, tenant_now

AUTOMATIC, PROPOSE, OFF = "automatic", "propose", "off"
NAME: Final = "name"  # evidence: a value that nobody has proved, and the same name

# what shops' forms and tills fill in where nothing is known; the lists of the field are much the same
_NOTHING = frozenset({
    "-", "0", "1", "-1", "nil", "null", "none", "nan", "undefined", "unknown", "unidentified", "anonymous", "guest", "user", "test",
    "true", "false", "id", "email", "phone", "n/a", "na", "[object object]", "distinct_id", "not_authenticated", "无", "未知", "匿名", "测试",
})  # fmt: skip
_NOBODYS_MAIL = re.compile(
    r"(no-?reply|do-?not-?reply|none|null|nobody|na|test\d*|unknown|anonymous|example|guest|a+)@.*|.*@test\.(com|cn)"
)
_COUNTED_UP = "01234567890123456789"
_RUN = 8  # digits that go on alike, or count up or down, for so long are nobody's number
_ALIKE = re.compile(rf"(\d)\1{{{_RUN - 1}}}")
_HOTLINES = frozenset({"13800138000", "13800000000", "13900000000"})


def settings() -> Merging:
    return Merging.model_validate(tenant_now().settings.get("merging", {}))


def policy_of(kind: str, value: str, said: Merging) -> Policy:
    """What happens when this identity, proved, is another's already. Values that prove nothing never lead anywhere: `claim`."""
    if proves_nothing(kind, value) or any(normalise(kind, one) == value for one in said.ignored):
        return "claim"
    return said.kinds.get(kind, said.others)


def proves_nothing(kind: str, value: str) -> bool:
    """A placeholder. Takes the one spelling of `normalise`."""
    if kind == PHONE:
        digits = value.removeprefix("+")
        return value in _HOTLINES or bool(_ALIKE.search(digits)) or _counts(digits)
    text = value.strip().lower()
    if kind == EMAIL:
        return _NOBODYS_MAIL.fullmatch(text) is not None
    return text in _NOTHING or not text.strip("0- ")


def _counts(digits: str) -> bool:
    parts = [digits[i : i + _RUN] for i in range(len(digits) - _RUN + 1)]
    return any(part in _COUNTED_UP or part[::-1] in _COUNTED_UP for part in parts)
