"""Filters on the properties of one event: `where: [{"property", "op", "value"}]`, in SQL and in Python.

Types are told by the right-hand side. "items.sku" looks through lists: it holds when any item's sku does.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import orjson
from pydantic import Field, PrivateAttr, field_validator, model_validator

from customers.comparisons import Compared
from customers.fragments import Sql, joined, member, sql
from customers.moments import Clock
from customers.operators import compare
from kernel.errors import Code, ProblemError
from kernel.language import Text
from kernel.schema import Body

BAD_PATH = Text('属性名,多级用点分隔,如 "items.sku"', 'a property name, with dots for nested ones, such as "items.sku"')
_DEPTH = 6
TRUE = Sql("true")


def check_path(path: str) -> str:
    """A property path of up to six names. Raises ProblemError."""
    names = path.split(".")
    if len(path) > 200 or len(names) > _DEPTH or not all(names) or "\0" in path:
        raise ProblemError.at("", Code.BAD_VALUE, reason=BAD_PATH.say())
    return path


def values_sql(path: str, properties: Sql) -> Sql:
    """A subselect with one column `value`: every value (JSONB) at `path`."""
    written = "$." + ".".join(orjson.dumps(name).decode() for name in path.split("."))
    return sql("SELECT value FROM jsonb_path_query({}, {}::jsonpath) AS value", properties, written)


def values_at(path: tuple[str, ...], properties: Any) -> Iterator[Any]:
    """The same in Python: a list on the way is looked through, one level, as jsonpath's lax mode does."""
    for item in properties if isinstance(properties, list) else (properties,):
        if isinstance(item, dict) and path[0] in item:
            if len(path) == 1:
                yield item[path[0]]
            else:
                yield from values_at(path[1:], item[path[0]])


class Filter(Body):
    """One condition on one property of an event."""

    property: str = Field(min_length=1)
    op: str
    value: Any = None

    _compared: Compared = PrivateAttr()
    _path: tuple[str, ...] = PrivateAttr()

    @field_validator("property")
    @classmethod
    def _a_path(cls, path: str) -> str:
        return check_path(path)

    @model_validator(mode="after")
    def _prepared(self) -> "Filter":
        self._compared, self._path = compare("any", self.op, self.value), tuple(self.property.split("."))
        return self

    def sql(self, properties: Sql, clock: Clock) -> Sql:
        """A condition over a JSONB expression of the properties."""
        if len(self._path) == 1:
            return self._compared.sql(member(properties, self.property), clock)
        values = values_sql(self.property, properties)
        value = Sql("found.value")
        if self._compared.absent:
            return sql("NOT EXISTS (SELECT 1 FROM ({}) AS found WHERE found.value <> 'null')", values)
        return sql("EXISTS (SELECT 1 FROM ({}) AS found WHERE {})", values, self._compared.sql(value, clock))

    def matches(self, properties: Mapping[str, Any], clock: Clock) -> bool:
        if len(self._path) == 1:
            return self._compared.test(properties.get(self.property), clock)
        values = [v for v in values_at(self._path, properties) if v is not None]
        if self._compared.absent:
            return not values
        return any(self._compared.test(v, clock) for v in values)


def where_sql(where: Iterable[Filter], properties: Sql, clock: Clock) -> Sql:
    """All filters at once; true when there are none."""
    parts = [part.sql(properties, clock) for part in where]
    return joined("AND", parts) if parts else TRUE


def matches(where: Iterable[Filter], properties: Mapping[str, Any], clock: Clock) -> bool:
    """Do the properties of one event pass all filters? The filters were compiled when they were parsed."""
    return all(part.matches(properties, clock) for part in where)
