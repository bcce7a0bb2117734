"""Comparisons of texts, numbers, yes / no and lists, and of being there at all. Dates are in compile_day."""

import json
import operator
from collections.abc import Callable
from decimal import Decimal
from math import isfinite
from typing import Any

from customers.comparisons import Comparison
from customers.fragments import Sql, sql
from customers.moments import Clock
from customers.patterns import TEXT_LIMIT, compiled, portable
from customers.readings import ANYTHING, JSON_BOOLEAN, JSON_NUMBER, LIST, TEXT, Reading
from kernel.errors import Code, ProblemError
from kernel.language import Text

EXPECTS_TEXT = Text("文本", "a string")
EXPECTS_NUMBER = Text("数字", "a number")
EXPECTS_BOOLEAN = Text("true 或 false", "true or false")
EXPECTS_SCALAR = Text("文本、数字或 true / false", "a string, a number or true / false")
EMPTY_TEXT = Text("不能为空文本", "an empty text matches everything")
NUL = Text("含有不能保存的字符 U+0000", "contains the character U+0000, which can't be stored")
ORDER = Text("第一个值不能大于第二个", "the first value must not be more than the second")
TEXT_MAX = 2000
TOO_LONG = Text("文本最多 {limit} 个字符", "a text has at most {limit} characters")


def at_value(value: Any, check: Callable[[Any], Any]) -> Any:
    """`check` over the value, or over each of a list, with the pointer to the one that fails."""
    if not isinstance(value, list):
        return _placed("/value", value, check)
    return [_placed(f"/value/{i}", item, check) for i, item in enumerate(value)]


def _placed(pointer: str, value: Any, check: Callable[[Any], Any]) -> Any:
    try:
        return check(value)
    except ProblemError as problem:
        for error in problem.errors:
            error.pointer = pointer + error.pointer
        raise


def in_order(values: list[Any]) -> None:
    if values[0] > values[1]:
        raise ProblemError.at("/value", Code.BAD_VALUE, reason=ORDER.say())


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise ProblemError.at("", Code.WRONG_TYPE, expected=EXPECTS_TEXT.say())
    if "\0" in value:
        raise ProblemError.at("", Code.BAD_VALUE, reason=NUL.say())
    if len(value) > TEXT_MAX:
        raise ProblemError.at("", Code.BAD_VALUE, reason=TOO_LONG.say(limit=TEXT_MAX))
    return value


def _number(value: Any) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
        raise ProblemError.at("", Code.WRONG_TYPE, expected=EXPECTS_NUMBER.say())
    return Decimal(repr(value))


def _boolean(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ProblemError.at("", Code.WRONG_TYPE, expected=EXPECTS_BOOLEAN.say())
    return value


def _scalar(value: Any) -> Any:
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, bool):
        return value
    if isinstance(value, int | float) and isfinite(value):
        return value
    raise ProblemError.at("", Code.WRONG_TYPE, expected=EXPECTS_SCALAR.say())


def existence(op: str) -> Comparison:
    if op == "exists":
        return Comparison(ANYTHING, lambda x, _: sql("{} IS NOT NULL", x), lambda _v, _c: True)
    return Comparison(ANYTHING, lambda x, _: sql("{} IS NULL", x), lambda _v, _c: False, absent=True)


def equality(reading: Reading, op: str, wanted: list[Any]) -> Comparison:
    """eq, ne, in, not_in over values that were checked."""
    among, negative = frozenset(wanted), op in ("ne", "not_in")
    params = [reading.param(value) for value in wanted]
    sign = "<>" if negative else "="
    if len(wanted) > 1:
        sign += " ALL" if negative else " ANY"
        listed = Sql(", ".join(p.text for p in params), tuple(v for p in params for v in p.params))
        right = sql("(ARRAY[{}]::" + reading.type + "[])", listed)
    else:
        right = params[0]
    return Comparison(reading, lambda x, _: sql("{} " + sign + " {}", x, right), lambda v, _: (v in among) != negative)


def text_comparison(op: str, value: Any) -> Comparison:
    checked = at_value(value, _text)
    if op in ("eq", "ne", "in", "not_in"):
        return equality(TEXT, op, checked if isinstance(checked, list) else [checked])
    if not checked:
        raise ProblemError.at("/value", Code.BAD_VALUE, reason=EMPTY_TEXT.say())
    return _matching(checked) if op == "matches" else _part_of_text(op, checked)


def _matching(pattern: str) -> Comparison:
    written, expression = at_value(pattern, portable), at_value(pattern, compiled)
    return Comparison(
        TEXT,
        lambda x, _: sql("left({}, {}) ~ {}", x, TEXT_LIMIT, written),
        lambda v, _: expression.search(v[:TEXT_LIMIT]) is not None,
    )


def _part_of_text(op: str, part: str) -> Comparison:
    made: dict[str, tuple[Callable[[Sql], Sql], Callable[[str], bool]]] = {
        "contains": (lambda x: sql("strpos({}, {}) > 0", x, part), lambda v: part in v),
        "not_contains": (lambda x: sql("strpos({}, {}) = 0", x, part), lambda v: part not in v),
        "starts_with": (lambda x: sql("starts_with({}, {})", x, part), lambda v: v.startswith(part)),
        "ends_with": (lambda x: sql("right({}, {}) = {}", x, len(part), part), lambda v: v.endswith(part)),
    }
    over, holds = made[op]
    return Comparison(TEXT, lambda x, _: over(x), lambda v, _: holds(v))


_SIGNS = {"gt": ">", "gte": ">=", "lt": "<", "lte": "<="}
_PYTHON: dict[str, Callable[[Any, Any], bool]] = {
    "gt": operator.gt, "gte": operator.ge, "lt": operator.lt, "lte": operator.le,
}  # fmt: skip


def number_comparison(op: str, value: Any, reading: Reading = JSON_NUMBER) -> Comparison:
    """reading: JSON_NUMBER over JSON, NUMBER where decimals in strings count too or the value is an SQL numeric."""
    checked = at_value(value, _number)
    if op in ("eq", "ne", "in", "not_in"):
        return equality(reading, op, checked if isinstance(checked, list) else [checked])
    if op == "between":
        in_order(checked)
        low, high = checked
        ends = reading.param(low), reading.param(high)
        return Comparison(reading, lambda x, _: sql("{} BETWEEN {} AND {}", x, *ends), lambda v, _: low <= v <= high)
    sign, holds = _SIGNS[op], _PYTHON[op]
    right = reading.param(checked)
    return Comparison(reading, lambda x, _: sql("{} " + sign + " {}", x, right), lambda v, _: holds(v, checked))


def boolean_comparison(op: str, value: Any) -> Comparison:
    checked = at_value(value, _boolean)
    return equality(JSON_BOOLEAN, op, checked if isinstance(checked, list) else [checked])


def _same(element: Any, wanted: Any) -> bool:
    """As jsonb has it: 1 is 1.0, but neither true nor "1"."""
    if isinstance(element, bool) or isinstance(wanted, bool):
        return element is wanted
    if isinstance(element, int | float) and isinstance(wanted, int | float):
        return Decimal(repr(element)) == Decimal(repr(wanted))
    return type(element) is type(wanted) and bool(element == wanted)


def list_comparison(op: str, value: Any) -> Comparison:
    """contains / in: one element is (one of) the value(s); the list must be there for the negative too."""
    checked = at_value(value, _scalar)
    wanted = checked if isinstance(checked, list) else [checked]
    holders = [json.dumps([w], ensure_ascii=False) for w in wanted]
    negative = op.startswith("not_")
    template = "NOT {} @> ANY({}::jsonb[])" if negative else "{} @> ANY({}::jsonb[])"

    def over(x: Sql, _: Clock) -> Sql:
        return sql(template, x, holders)

    def holds(elements: Any, _: Clock) -> bool:
        return any(_same(e, w) for e in elements for w in wanted) != negative

    return Comparison(LIST, over, holds)
