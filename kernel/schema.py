"""Request bodies as pydantic models: unknown fields are refused, and every fault gets a pointer and plain words."""

from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import ErrorDetails

from kernel.errors import Code, FieldProblem, ProblemError
from kernel.language import Text

M = TypeVar("M", bound=BaseModel)

_EXPECTED = {
    "string": Text("文本", "a string"), "int": Text("整数", "an integer"), "float": Text("数字", "a number"),
    "decimal": Text("小数(写成字符串)", "a decimal as a string"), "bool": Text("true 或 false", "true or false"),
    "list": Text("列表", "a list"), "dict": Text("对象", "an object"), "model": Text("对象", "an object"),
    "date": Text("日期", "a date"), "datetime": Text("带时区的 ISO 8601 时间", "an ISO 8601 time with offset"),
    "timezone": Text("带时区的 ISO 8601 时间", "an ISO 8601 time with offset"), "time": Text("时刻", "a time of day"),
    "literal": Text("{expected}", "{expected}"), "enum": Text("{expected}", "{expected}"),
}  # fmt: skip
_REASONS = {
    "greater_than_equal": Text("应不小于 {ge}", "at least {ge}"), "greater_than": Text("应大于 {gt}", "more than {gt}"),
    "less_than_equal": Text("应不大于 {le}", "at most {le}"), "less_than": Text("应小于 {lt}", "less than {lt}"),
    "string_too_short": Text("至少 {min_length} 个字符", "at least {min_length} character(s)"),
    "string_too_long": Text("最多 {max_length} 个字符", "at most {max_length} character(s)"),
    "too_short": Text("至少 {min_length} 项", "at least {min_length} item(s)"),
    "too_long": Text("最多 {max_length} 项", "at most {max_length} item(s)"),
    "string_pattern_mismatch": Text("应符合格式 {pattern}", "should match {pattern}"),
    "union_tag_invalid": Text("“{tag}”未知,可用:{expected_tags}", "“{tag}” is unknown; known: {expected_tags}"),
    "union_tag_not_found": Text("缺少 {discriminator}", "{discriminator} is missing"),
}  # fmt: skip


class Body(BaseModel):
    """Base of every body and setting: strict about what it does not know."""

    model_config = ConfigDict(extra="forbid", frozen=False)


def pointer(*parts: str | int) -> str:
    """RFC 6901 pointer."""
    return "".join("/" + str(p).replace("~", "~0").replace("/", "~1") for p in parts)


def field_problems(error: ValidationError, base: str = "", data: Any = None) -> list[FieldProblem]:
    """Pydantic's faults as ours, one for each place; `base` is put before each pointer. data: the body, if at hand."""
    return [_field_problem(e, base, data) for e in error.errors(include_url=False)]


def _location(fault: ErrorDetails, data: Any) -> list[str | int]:
    parts = [p for p in fault["loc"] if not (isinstance(p, str) and (p.startswith("function-") or "[" in p))]
    return _within(parts, data, absent=fault["type"] == "missing") or parts


def _within(parts: list[str | int], data: Any, *, absent: bool) -> list[str | int] | None:
    """The way to the fault in `data`, without the tags of unions that pydantic puts between or at the end; None: there is
    none. absent: it ends at what is not there."""
    if not parts:
        return []
    first, rest = parts[0], parts[1:]
    if isinstance(first, int):
        below = _within(rest, data[first], absent=absent) if isinstance(data, list) and first < len(data) else None
        return None if below is None else [first, *below]
    if not isinstance(data, dict):
        return None
    nothing: list[str | int] | None = [] if absent and not rest else None
    below = _within(rest, data[first], absent=absent) if first in data else nothing
    return _within(rest, data, absent=absent) if below is None else [first, *below]


def _field_problem(fault: ErrorDetails, base: str, data: Any) -> FieldProblem:
    where, kind, context = base + pointer(*_location(fault, data)), fault["type"], fault.get("ctx") or {}
    inner = context.get("error")
    if isinstance(inner, ProblemError):
        first = inner.errors[0]
        return FieldProblem(where + first.pointer, first.code, first.detail, first.params)
    if kind == "extra_forbidden":
        return FieldProblem(where, "unknown_field", Code.UNKNOWN_FIELD.text.say())
    if kind == "missing":
        return FieldProblem(where, "missing", Code.MISSING.text.say())
    stem = kind.split("_")[0]
    if stem in _EXPECTED and ("type" in kind or "parsing" in kind or stem in ("literal", "enum", "timezone")):
        expected = _EXPECTED[stem].say(expected=context.get("expected", ""))
        return FieldProblem(
            where,
            "wrong_type" if stem not in ("literal", "enum") else "bad_value",
            Code.WRONG_TYPE.text.say(expected=expected),
        )
    reason = _REASONS[kind].say(**context) if kind in _REASONS else fault["msg"]
    return FieldProblem(where, "bad_value", Code.BAD_VALUE.text.say(reason=reason))


def parse(model: type[M], data: Any, base: str = "") -> M:
    """`data` as `model`, or a 400 problem with a pointer for each fault."""
    try:
        return model.model_validate(data)
    except ValidationError as error:
        raise ProblemError.invalid(field_problems(error, base, data)) from error
