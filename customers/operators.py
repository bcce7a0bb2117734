"""Every operator of rules and filters, once as SQL and once as a Python predicate with the same meaning.

A comparison with a missing value (absent, null, or of another type than is compared with) is false, `ne` and
`not_in` too; only `not_exists` holds for it. Knows neither customers nor events.
"""

import enum
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from customers.comparisons import Compared
from customers.compile_day import day_comparison, moment_comparison
from customers.compile_plain import (
    boolean_comparison,
    existence,
    list_comparison,
    number_comparison,
    text_comparison,
)
from customers.readings import NUMBER, read_date, read_moment
from kernel.errors import Code as KernelCode
from kernel.errors import ProblemError
from kernel.language import Text

EXPECTS_NUMBER_OR_DATE = Text("数字或 ISO 日期、时间", "a number or an ISO date or time")


class Code(enum.Enum):
    UNKNOWN_OPERATOR = (
        400,
        Text("不能用 {op},这里可用:{known}", "{op} can't be used here; use one of {known}"),
    )


@dataclass(frozen=True)
class Operator:
    """`value`: what stands on the right (one, two, list, duration, none); `types`: what on the left."""

    labels: Text
    types: tuple[str, ...]
    value: str


_ORDERED = ("number", "date", "datetime")
_DATES = ("date", "datetime")
_LISTED = ("string", "number", "enum", "date", "datetime", "list")
_SHOWN = 80  # characters of what was sent that an answer repeats
TYPES = ("string", "number", "boolean", "date", "datetime", "enum", "list")

OPERATORS: dict[str, Operator] = {
    "eq": Operator(Text("等于", "is"), ("string", "number", "boolean", "date", "datetime", "enum"), "one"),
    "ne": Operator(Text("不等于", "is not"), ("string", "number", "boolean", "date", "datetime", "enum"), "one"),
    "gt": Operator(Text("大于", "more than"), _ORDERED, "one"),
    "gte": Operator(Text("大于等于", "at least"), _ORDERED, "one"),
    "lt": Operator(Text("小于", "less than"), _ORDERED, "one"),
    "lte": Operator(Text("小于等于", "at most"), _ORDERED, "one"),
    "between": Operator(Text("介于(含两端)", "between (inclusive)"), _ORDERED, "two"),
    "in": Operator(Text("属于其中之一", "is one of"), _LISTED, "list"),
    "not_in": Operator(Text("不属于任何一个", "is none of"), _LISTED, "list"),
    "contains": Operator(Text("包含", "contains"), ("string", "list"), "one"),
    "not_contains": Operator(Text("不包含", "does not contain"), ("string", "list"), "one"),
    "starts_with": Operator(Text("开头是", "starts with"), ("string",), "one"),
    "ends_with": Operator(Text("结尾是", "ends with"), ("string",), "one"),
    "matches": Operator(Text("匹配正则表达式", "matches the pattern"), ("string",), "one"),
    "before": Operator(Text("早于", "before"), _DATES, "one"),
    "after": Operator(Text("晚于", "after"), _DATES, "one"),
    "on": Operator(Text("在这一天", "on the day"), _DATES, "one"),
    "within_last": Operator(Text("在过去一段时间内", "within the last"), _DATES, "duration"),
    "within_next": Operator(Text("在未来一段时间内", "within the next"), _DATES, "duration"),
    "exists": Operator(Text("有值", "has a value"), TYPES, "none"),
    "not_exists": Operator(Text("没有值", "has no value"), TYPES, "none"),
}

_COMPARE: dict[str, Callable[[str, Any], Compared]] = {
    "string": text_comparison,
    "enum": text_comparison,
    "number": number_comparison,
    "boolean": boolean_comparison,
    "date": day_comparison,
    "datetime": moment_comparison,
    "list": list_comparison,
}


def operators_of(kind: str) -> list[str]:
    """Operators for a type; every operator for "any"."""
    return [op for op, known in OPERATORS.items() if kind == "any" or kind in known.types]


def compare(kind: str, op: str, value: Any) -> Compared:
    """The comparison `<a value of type kind> op value`, ready for SQL and Python.

    kind: one of TYPES, or "any": then the right-hand side tells what is compared.
    Raises ProblemError with the pointer /op or /value.
    """
    if op not in OPERATORS or op not in operators_of(kind):
        raise ProblemError.at("/op", Code.UNKNOWN_OPERATOR, op=op[:_SHOWN], known=", ".join(operators_of(kind)))
    arity = OPERATORS[op].value
    if arity == "none":
        return existence(op)
    if value is None:
        raise ProblemError.at("/value", KernelCode.MISSING)
    _check_count(arity, value)
    return _any_comparison(op, value) if kind == "any" else _COMPARE[kind](op, value)


def compare_number(op: str, value: Any) -> Compared:
    """The same for an SQL numeric or a number of Python, such as what events add up to (`sql_typed`)."""
    compared = compare("number", op, value)
    return compared if OPERATORS[op].value == "none" else number_comparison(op, value, NUMBER)


def _check_count(arity: str, value: Any) -> None:
    wanted = {
        "two": (Text("两个值的列表", "a list of two values"), isinstance(value, list) and len(value) == 2),
        "list": (
            Text("列表(1 到 1000 个值)", "a list of 1 to 1,000 values"),
            isinstance(value, list) and 0 < len(value) <= 1000,
        ),
        "one": (Text("单个值", "a single value"), not isinstance(value, list | dict)),
        "duration": (
            Text('时长,如 {"days": 7}', 'a length of time such as {"days": 7}'),
            isinstance(value, dict),
        ),
    }
    text, right = wanted[arity]
    if not right:
        raise ProblemError.at("/value", KernelCode.WRONG_TYPE, expected=text.say())


def _any_comparison(op: str, value: Any) -> Compared:
    """By the value: numbers with numbers, texts with texts (and their dates), lists by what they hold."""
    if op in ("within_last", "within_next"):
        return (
            day_comparison(op, value).either(moment_comparison(op, value))
            if _days_only(value)
            else moment_comparison(op, value)
        )
    if op in ("before", "after", "on", "gt", "gte", "lt", "lte", "between"):
        return _any_ordered(op, value)
    if op in ("starts_with", "ends_with", "matches"):
        return text_comparison(op, value)
    sample = value[0] if isinstance(value, list) else value
    if op in ("contains", "not_contains"):
        listed = list_comparison(op, value)
        return listed.either(text_comparison(op, value)) if isinstance(value, str) else listed
    if isinstance(sample, bool):
        return boolean_comparison(op, value)
    return number_comparison(op, value, NUMBER) if isinstance(sample, int | float) else text_comparison(op, value)


def _any_ordered(op: str, value: Any) -> Compared:
    values = value if isinstance(value, list) else [value]
    if op not in ("before", "after", "on") and all(
        isinstance(v, int | float) and not isinstance(v, bool) for v in values
    ):
        return number_comparison(op, value, NUMBER)
    if all(read_date(v) for v in values):
        return day_comparison(op, value).either(moment_comparison(op, value))
    if all(read_date(v) or read_moment(v) for v in values):
        return moment_comparison(op, value)
    raise ProblemError.at("/value", KernelCode.WRONG_TYPE, expected=EXPECTS_NUMBER_OR_DATE.say())


def _days_only(value: Any) -> bool:
    return isinstance(value, dict) and not {"hours", "minutes", "seconds"} & set(value)
