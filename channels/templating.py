"""Liquid in contents: checked when saved, rendered within limits. Sees plain JSON only, never an object of ours."""

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from liquid import BoundTemplate, Environment
from liquid.exceptions import LiquidError

from channels.errors import ChannelCode
from kernel.errors import FieldProblem, ProblemError, problem_at
from kernel.schema import pointer

ROOTS = frozenset({"customer", "event", "reward", "unsubscribe_url"})
_FORBIDDEN_TAGS = ("include", "render")  # there is nothing to load from
_MARKS = ("{{", "{%")


class _Limited(Environment):
    loop_iteration_limit = 10_000
    output_stream_limit = 1_000_000
    local_namespace_limit = 100_000
    context_depth_limit = 20
    block_nesting_limit = 30


def _environment(escape: bool) -> Environment:
    made = _Limited(autoescape=escape)
    for tag in _FORBIDDEN_TAGS:
        del made.tags[tag]
    return made


_plain, _html = _environment(False), _environment(True)


@lru_cache(maxsize=4096)
def _parsed(source: str, escape: bool) -> BoundTemplate:
    return (_html if escape else _plain).from_string(source)


def is_liquid(source: str) -> bool:
    return any(mark in source for mark in _MARKS)


def texts(
    content: Any, html: frozenset[str], path: tuple[str | int, ...] = ()
) -> Iterator[tuple[tuple[str | int, ...], str, bool]]:
    """(path, text, escaped?) of every text in the content that has variables."""
    if isinstance(content, str):
        if is_liquid(content):
            yield path, content, bool(path) and path[0] in html
    elif isinstance(content, dict):
        for key, value in content.items():
            yield from texts(value, html, (*path, key))
    elif isinstance(content, list):
        for i, value in enumerate(content):
            yield from texts(value, html, (*path, i))


def problems(content: Any, html: frozenset[str], base: str = "/content") -> list[FieldProblem]:
    """Everything in the content's Liquid that could not be rendered."""
    return [
        p for path, source, escape in texts(content, html) for p in _problems(source, escape, base + pointer(*path))
    ]


def _problems(source: str, escape: bool, at: str) -> list[FieldProblem]:
    try:
        template = _parsed(source, escape)
        found = template.analyze(include_partials=False)
    except LiquidError as error:
        return [_syntax(error, at)]
    faults = []
    for name, spans in found.filters.items():
        if name not in template.env.filters:
            faults.append(problem_at(at, ChannelCode.UNKNOWN_FILTER, name=name, line=_line(source, spans[0].index)))
    for name, uses in found.globals.items():
        if name not in ROOTS:
            faults.append(
                problem_at(at, ChannelCode.UNKNOWN_VARIABLE, name=name, line=_line(source, uses[0].span.index))
            )
    return faults


def _line(source: str, index: int) -> int:
    return source.count("\n", 0, max(index, 0)) + 1


def _syntax(error: LiquidError, at: str) -> FieldProblem:
    try:
        where = error.context()
    except ValueError:  # the library can't place an error at the very end of a text
        where = None
    line, column = (where[0], where[1] + 1) if where else (1, 1)
    return problem_at(at, ChannelCode.LIQUID_SYNTAX, line=line, column=column, reason=str(error.message))


def variables(content: Any, html: frozenset[str]) -> list[str]:
    """Variables used, such as customer.attributes.name, sorted."""
    found: set[str] = set()
    for _, source, escape in texts(content, html):
        for uses in _parsed(source, escape).analyze(include_partials=False).globals.values():
            found.update(str(use) for use in uses)
    return sorted(found)


def render(content: Any, html: frozenset[str], context: dict[str, Any]) -> Any:
    """The content with its variables filled in. Raises ProblemError (RENDER_FAILED) when a limit is hit."""
    try:
        return _render(content, html, context, None)
    except LiquidError as error:
        raise ProblemError(ChannelCode.RENDER_FAILED, reason=str(error.message)) from error


def _render(content: Any, html: frozenset[str], context: dict[str, Any], top: str | None) -> Any:
    if isinstance(content, str):
        return _parsed(content, top in html).render(**context) if is_liquid(content) else content
    if isinstance(content, dict):
        return {key: _render(value, html, context, top or key) for key, value in content.items()}
    if isinstance(content, list):
        return [_render(value, html, context, top) for value in content]
    return content
