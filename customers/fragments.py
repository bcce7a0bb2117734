"""Pieces of SQL with their parameters, put together without ever pasting a value into text. Runs nothing."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Sql:
    """SQL text with a %s for each of `params`, in order."""

    text: str
    params: tuple[Any, ...] = ()


@dataclass(frozen=True)
class Member(Sql):
    """The JSON value of one member of an object, which can be had as text at once (`member`)."""

    as_text: Sql = field(default_factory=lambda: Sql(""))


ROOT = Sql("'{}'")  # the empty path of #>>: the JSON value itself as text


def sql(template: str, *parts: Any) -> Sql:
    """`template` with each {} filled in order: by a fragment as it is, else by a bound parameter."""
    pieces = template.split("{}")
    text, params = [pieces[0]], list[Any]()
    for piece, part in zip(pieces[1:], parts, strict=True):
        fragment = part if isinstance(part, Sql) else Sql("%s", (part,))
        text += [fragment.text, piece]
        params += fragment.params
    return Sql("".join(text), tuple(params))


def member(owner: Sql, key: str) -> Member:
    """`owner -> key`: about a third less work for the server, where its text is wanted, than going through the value."""
    value = sql("({} -> {})", owner, key)
    return Member(value.text, value.params, sql("({} ->> {})", owner, key))


def as_text(value: Sql) -> Sql:
    """A JSON value as text: strings without their quotes."""
    return value.as_text if isinstance(value, Member) else sql("({} #>> {})", value, ROOT)


def plus(parts: Iterable[Sql]) -> Sql:
    """Their sum."""
    listed = list(parts)
    return Sql(" + ".join(part.text for part in listed), tuple(p for part in listed for p in part.params))


def joined(word: str, parts: Iterable[Sql]) -> Sql:
    """`(a WORD b WORD c)`; one part stays as it is."""
    listed = list(parts)
    if len(listed) == 1:
        return listed[0]
    params = tuple(p for part in listed for p in part.params)
    return Sql("(" + f" {word} ".join(f"({part.text})" for part in listed) + ")", params)
