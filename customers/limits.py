"""What an attribute's values must keep to beyond their type: smallest and largest, length, pattern.

Compiled once for a definition; the same in SQL, to count what lies there already. Patterns are of the subset that nothing
can choke on (customers/patterns): the whole text must match, and then it has at most 256 characters.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final

from customers.fragments import ROOT, Sql, joined, sql
from customers.patterns import TEXT_LIMIT, compiled, portable
from kernel.errors import Code, FieldProblem, ProblemError, problem_at
from kernel.language import Text

Limits = Mapping[str, Any]
MIN, MAX, MAX_LENGTH, PATTERN = NAMES = ("min", "max", "max_length", "pattern")
_RANGE, _TEXT = (MIN, MAX), (MAX_LENGTH, PATTERN)
OF_TYPE: Final = {"number": _RANGE, "date": _RANGE, "datetime": _RANGE, "string": _TEXT}
_SAID = {
    MIN: Text("不小于 {value}", "not below {value}"), MAX: Text("不大于 {value}", "not above {value}"),
    MAX_LENGTH: Text("最多 {value} 个字符", "at most {value} characters"), PATTERN: Text("符合格式 {value}", "matching {value}"),
}  # fmt: skip
_NOT_HERE = Text("类型 {kind} 没有这项限制", "attributes of type {kind} have no such limit")
_LESS = Text("不能小于 min", "not below min")


def problems(kind: str, limits: Limits, read: Callable[[Any], Any]) -> list[FieldProblem]:
    """What is wrong with these limits for the type; `read` gives a value of the type in its spelling, or None."""
    found = [
        problem_at(f"/{name}", Code.BAD_VALUE, reason=_NOT_HERE.say(kind=kind))
        for name in limits
        if name not in OF_TYPE.get(kind, ())
    ]
    if found:
        return found
    found = [
        problem_at(f"/{n}", Code.BAD_VALUE, reason=kind) for n in _RANGE if n in limits and read(limits[n]) is None
    ]
    if not found and MIN in limits and MAX in limits and _order(kind, limits[MAX]) < _order(kind, limits[MIN]):
        return [problem_at(f"/{MAX}", Code.BAD_VALUE, reason=_LESS.say())]
    try:
        portable(limits.get(PATTERN, ""))
    except ProblemError as problem:
        found += [FieldProblem(f"/{PATTERN}", one.code, one.detail, one.params) for one in problem.errors]
    return found


def _order(kind: str, value: Any) -> Any:
    """Dates in their spelling stand in their order as texts; times with different offsets do not."""
    return datetime.fromisoformat(value) if kind == "datetime" else value


def keeps(kind: str, limits: Limits) -> Callable[[Any], bool]:
    """A test of values that are of the type already."""
    tests: list[Callable[[Any], bool]] = []
    low, high, length, pattern = (limits.get(name) for name in NAMES)
    if low is not None:
        least = _order(kind, low)
        tests.append(lambda value: _order(kind, value) >= least)
    if high is not None:
        most = _order(kind, high)
        tests.append(lambda value: _order(kind, value) <= most)
    if length is not None:
        tests.append(lambda value: len(value) <= length)
    if pattern is not None:
        matches = compiled(pattern).fullmatch
        tests.append(lambda value: len(value) <= TEXT_LIMIT and matches(value) is not None)
    return tests[0] if len(tests) == 1 else lambda value: all(test(value) for test in tests)


def said(limits: Limits) -> str:
    """In the reader's language: "not below 0, not above 150"."""
    return ", ".join(_SAID[name].say(value=limits[name]) for name in NAMES if name in limits)


def broken_sql(kind: str, limits: Limits, value: Sql) -> Sql:
    """Over a JSONB expression: true for values of the type that do not keep to the limits."""
    text = sql("({} #>> {})", value, ROOT)
    if kind == "string":
        return joined("OR", list(_text_broken(limits, text)))
    read = {
        "number": sql("CASE WHEN jsonb_typeof({}) = 'number' THEN {}::numeric END", value, text),
        "date": sql('{} COLLATE "C"', text),
        "datetime": sql("CASE WHEN pg_input_is_valid({}, 'timestamptz') THEN {}::timestamptz END", text, text),
    }[kind]
    cast = {"number": "numeric", "date": "text", "datetime": "timestamptz"}[kind]
    signs = {MIN: "<", MAX: ">"}
    bounds = [(signs[name], limits[name]) for name in _RANGE if name in limits]
    return joined("OR", [sql("({}) " + sign + " {}::" + cast, read, bound) for sign, bound in bounds])


def _text_broken(limits: Limits, text: Sql) -> list[Sql]:
    found = []
    if MAX_LENGTH in limits:
        found.append(sql("length({}) > {}", text, limits[MAX_LENGTH]))
    if PATTERN in limits:
        whole = f"^(?:{portable(limits[PATTERN])})$"
        found.append(sql("length({}) > {} OR {} !~ {}", text, TEXT_LIMIT, text, whole))
    return found
