"""Reads rows of customers: plain Python, because a model object for each of 10,000 rows would cost more than the rest."""

import zoneinfo
from collections.abc import Callable
from functools import cache, cached_property
from typing import Any

from customers import attributes
from customers.errors import CustomerCode, Rejected
from customers.identities import is_kind, normalise
from customers.intake.change import Change
from customers.tags import MAX_NAME, names_kept_by_rule
from customers.vault import Vault
from kernel.language import Text

MAX_EXTERNAL_ID, MAX_VALUES = 500, 20
MAX_ATTRIBUTES = 1000  # of a tenant; every reader of rows knows them all
TEXT, OBJECT, LIST = Text("文本", "a string"), Text("对象", "an object"), Text("列表", "a list")
BOOLEAN = Text("true、false 或 null", "true, false or null")
CHANNEL = Text("渠道名只能有小写字母、数字和下划线", "a channel is lower-case letters, digits and underscores")
KIND = Text("身份类型只能有小写字母、数字和下划线", "an identity kind is lower-case letters, digits and underscores")
ZONE = Text("需要 IANA 时区,如 Asia/Shanghai", "an IANA time zone is needed, e.g. Asia/Shanghai")


@cache
def _zones() -> frozenset[str]:
    return frozenset(zoneinfo.available_timezones())


def _wrong(place: str, expected: Text) -> Rejected:
    return Rejected(CustomerCode.WRONG_TYPE, place=place, expected=expected.say())


def _bad(place: str, reason: str) -> Rejected:
    return Rejected(CustomerCode.BAD_VALUE, place=place, reason=reason)


def _text(value: Any, place: str, limit: int) -> str:
    if type(value) is not str:
        raise _wrong(place, TEXT)
    if not 0 < len(value) <= limit or "\0" in value:
        raise _bad(place, f"1–{limit}")
    return value


def _too_many(key: str) -> Rejected:
    return Rejected(CustomerCode.TOO_MANY_ATTRIBUTES, place=f"/attributes/{key[:100]}", limit=MAX_ATTRIBUTES)


class RowReader:
    """Turns raw rows into changes. Attributes that nobody declared are declared by the first good value (`declared`)."""

    def __init__(self, vault: Vault, by_rule: set[str] | None = None) -> None:
        """by_rule: tags that no hand puts on; asked for when the first tag comes, unless it is given."""
        self._vault, self._kept_by_rule = vault, by_rule
        self._known = attributes.definitions()
        self._checks = {key: attributes.checker(definition) for key, definition in self._known.items()}
        self._secret = {key: definition for key, definition in self._known.items() if definition.sensitive}
        self.declared: dict[str, str] = {}
        self._fields: dict[str, Callable[[Change, Any], None]] = {
            "external_id": self._external_id, "identities": self._identities, "attributes": self._attributes,
            "tags": self._tags, "consents": self._consents, "timezone": self._timezone, "blocked": self._blocked,
        }  # fmt: skip

    def read(self, index: int, raw: Any) -> Change:
        """Raises Rejected when anything about the row is wrong."""
        if type(raw) is not dict:
            raise _wrong("", OBJECT)
        change, fields = Change(index), self._fields
        for name, value in raw.items():
            reader = fields.get(name)
            if reader is None:
                raise Rejected(CustomerCode.UNKNOWN_FIELD, place=f"/{name}")
            reader(change, value)
        return change

    def _external_id(self, change: Change, value: Any) -> None:
        if value is not None:
            change.external_id = _text(value, "/external_id", MAX_EXTERNAL_ID)

    def _identities(self, change: Change, value: Any) -> None:
        if value is None:
            change.clears_identities = True
            return
        if type(value) is not dict:
            raise _wrong("/identities", OBJECT)
        change.identities = {k: self._identity(k, v) for k, v in value.items() if type(v) not in (dict, list)}
        if len(change.identities) < len(value):
            for kind, said in value.items():
                if type(said) is dict:
                    self._told(change, kind, said)
                elif type(said) is list:
                    self._several(change, kind, said)

    def _several(self, change: Change, kind: str, values: list[Any]) -> None:
        """The first proved one is preferred, the others are further ones; what is not named stays."""
        if not 0 < len(values) <= MAX_VALUES:
            raise _bad(f"/identities/{kind}", f"1–{MAX_VALUES}")
        for said in values:
            if type(said) is dict:
                self._told(change, kind, said)
            elif (found := self._identity(kind, said)) is None:
                raise _wrong(f"/identities/{kind}", TEXT)
            else:
                self._proved(change, kind, found)

    def _told(self, change: Change, kind: str, said: dict[str, Any]) -> None:
        """{"value", "proved"}: what is not proved is only a claim."""
        place = f"/identities/{kind}"
        if said.keys() - {"value", "proved"}:
            raise Rejected(CustomerCode.UNKNOWN_FIELD, place=f"{place}/{min(said.keys() - {'value', 'proved'})}")
        if type(said.get("proved", True)) is not bool:
            raise _wrong(f"{place}/proved", BOOLEAN)
        found = self._identity(kind, said.get("value"))
        if said.get("proved", True):
            self._proved(change, kind, found)
        elif found is not None:
            change.claims = (*change.claims, (kind, *found))

    def _proved(self, change: Change, kind: str, found: tuple[bytes, str] | None) -> None:
        first = change.identities.setdefault(kind, found)
        if found is not None and first != found:
            change.further = (*change.further, (kind, *found))

    def _identity(self, kind: str, plain: Any) -> tuple[bytes, str] | None:
        if not is_kind(kind):
            raise _bad(f"/identities/{kind}", KIND.say())
        if plain is None:
            return None
        if type(plain) is not str:
            raise _wrong(f"/identities/{kind}", TEXT)
        normal = normalise(kind, plain)
        if normal is None:
            raise Rejected(CustomerCode.BAD_IDENTITY, place=f"/identities/{kind}", kind=kind)
        return self._vault.digest(kind, normal), normal

    def _attributes(self, change: Change, value: Any) -> None:
        if value is None:
            change.clears_attributes = True
            return
        if type(value) is not dict:
            raise _wrong("/attributes", OBJECT)
        checks, kept, new = self._checks, dict[str, Any](), dict[str, str]()
        for key, given in value.items():
            check = checks.get(key)
            if given is None:
                if check is not None:  # else nobody has it, and there is nothing to clear
                    kept[key] = None
            elif check is None:
                if len(self._known) + len(new) >= MAX_ATTRIBUTES:
                    raise _too_many(key)
                new[key] = attributes.type_of(key, given)
                kept[key] = attributes.of_type(new[key])(given)
            else:
                kept[key] = good = check(given)
                if good is None:
                    raise attributes.refusal(key, self._known[key], given)
        change.attributes = kept
        if self._secret and not self._secret.keys().isdisjoint(kept):
            self._hide(change)
        for key, kind in new.items():
            self.declared[key], self._known[key] = kind, attributes.Definition(kind)
            checks[key] = attributes.of_type(kind)

    def _hide(self, change: Change) -> None:
        """Sensitive values never become attributes. What lies in the open still, while they move, goes."""
        secret = {key: known for key, known in self._secret.items() if key in change.attributes}
        change.secrets = {key: (known.type, change.attributes.pop(key)) for key, known in secret.items()}
        change.attributes |= {key: None for key, known in secret.items() if known.moving}

    def _tags(self, change: Change, value: Any) -> None:
        if value is None:
            change.clears_tags = True
            return
        if type(value) is not list:
            raise _wrong("/tags", LIST)
        change.tags = [_text(name, f"/tags/{i}", MAX_NAME) for i, name in enumerate(value)]
        for i, name in enumerate(change.tags):
            if name in self._by_rule:
                raise Rejected(CustomerCode.TAG_BY_RULE, place=f"/tags/{i}", name=name)

    @cached_property
    def _by_rule(self) -> set[str]:
        return names_kept_by_rule() if self._kept_by_rule is None else self._kept_by_rule

    def _consents(self, change: Change, value: Any) -> None:
        if value is None:
            change.clears_consents = True
            return
        if type(value) is not dict:
            raise _wrong("/consents", OBJECT)
        for channel, granted in value.items():
            if granted is not None and type(granted) is not bool:
                raise _wrong(f"/consents/{channel}", BOOLEAN)
            if not is_kind(channel):
                raise _bad(f"/consents/{channel}", CHANNEL.say())
        change.consents = dict(value)

    def _timezone(self, change: Change, value: Any) -> None:
        if value is not None and (type(value) is not str or value not in _zones()):
            raise _bad("/timezone", ZONE.say())
        change.timezone, change.sets_timezone = value, True

    def _blocked(self, change: Change, value: Any) -> None:
        if value is not None and type(value) is not bool:
            raise _wrong("/blocked", BOOLEAN)
        change.blocked = bool(value)
