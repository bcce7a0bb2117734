"""Liquid in contents: checked when saved, rendered within limits. Sees plain JSON only, never an object of ours."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import takewhile
from typing import Any

import orjson
from liquid import BoundTemplate, Environment
from liquid.exceptions import LiquidError

from channels.declaring import TRACKED
from channels.errors import ChannelCode
from channels.substitution import quick
from kernel.errors import FieldProblem, ProblemError, problem_at
from kernel.schema import pointer

LINK = "unsubscribe_url"
OPENED_LINK = "opened_url"  # whoever fetches it says that the message was opened: an app, of a notification
ROOTS = frozenset({"customer", "event", "reward", LINK, OPENED_LINK})
STEP_ROOTS = frozenset({"customer", "event", "reward", "canvas", "run", "node"})  # in the texts of a step itself
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


def problems(
    content: Any, html: frozenset[str], base: str = "/content", roots: frozenset[str] = ROOTS
) -> list[FieldProblem]:
    """Everything in the content's Liquid that could not be rendered; `roots`: the variables there are."""
    return [
        p
        for path, source, escape in texts(content, html)
        for p in _problems(source, escape, base + pointer(*path), roots)
    ]


def _problems(source: str, escape: bool, at: str, roots: frozenset[str]) -> list[FieldProblem]:
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
        if name not in roots:
            faults.append(
                problem_at(
                    at,
                    ChannelCode.UNKNOWN_VARIABLE,
                    name=name,
                    known=", ".join(sorted(roots)),
                    line=_line(source, uses[0].span.index),
                )
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


def _is_name(step: object) -> bool:
    return isinstance(step, str)


def _reads(content: Any, html: frozenset[str]) -> frozenset[tuple[str, ...]]:
    return frozenset(
        tuple(step for step in takewhile(_is_name, use.segments) if isinstance(step, str))
        for _, source, escape in texts(content, html)
        for uses in _parsed(source, escape).analyze(include_partials=False).globals.values()
        for use in uses
    )


@dataclass(frozen=True)
class Compiled:
    """A content ready to be rendered for many; what it reads is known beforehand."""

    fill: Callable[[dict[str, Any]], Any]
    reads: frozenset[tuple[str, ...]]  # paths, as far as they are known before they are read

    @cached_property
    def shows_link(self) -> bool:
        """Signing the link to unsubscribe takes longer than rendering, so it is done only for contents that show it."""
        return self.reads_any((LINK,))

    @cached_property
    def shows_opened(self) -> bool:
        return self.reads_any((OPENED_LINK,))

    @cached_property
    def tracked(self) -> frozenset[str]:
        """Names of the links that are made for each message: channels.declaring."""
        return frozenset(read[1] for read in self.reads if read[0] == TRACKED)

    @cached_property
    def roots(self) -> frozenset[str]:
        """customer, event, reward … as far as it reads them."""
        return frozenset(read[0] for read in self.reads)

    @cached_property
    def shows_tags(self) -> bool:
        """Tags are a look-up a person."""
        return self.reads_any(("customer", "tags"))

    def shows_attributes(self, among: Iterable[str]) -> set[str]:
        """Those of the customer's attributes that it may show."""
        return {key for key in among if self.reads_any(("customer", "attributes", key))}

    def reads_any(self, *paths: tuple[str, ...]) -> bool:
        """Does it read one of these, something inside or a whole that holds it?"""
        return any(all(a == b for a, b in zip(read, path, strict=False)) for read in self.reads for path in paths)

    def render(self, context: dict[str, Any]) -> Any:
        """The content with its variables filled in. Raises ProblemError (RENDER_FAILED) when a limit is hit."""
        try:
            return self.fill(context)
        except LiquidError as error:
            raise ProblemError(ChannelCode.RENDER_FAILED, reason=str(error.message)) from error


def compiled(content: Any, html: frozenset[str]) -> Compiled:
    """Kept for the next content that is the same."""
    return _compiled(orjson.dumps(content), html)


@lru_cache(maxsize=256)
def _compiled(raw: bytes, html: frozenset[str]) -> Compiled:
    content = orjson.loads(raw)
    return Compiled(_fill(content, html, None), _reads(content, html))


def render(content: Any, html: frozenset[str], context: dict[str, Any]) -> Any:
    """The content with its variables filled in. Raises ProblemError (RENDER_FAILED) when a limit is hit."""
    return compiled(content, html).render(context)


def _fill(content: Any, html: frozenset[str], top: str | None) -> Callable[[dict[str, Any]], Any]:
    if isinstance(content, str):
        return _text(content, top in html) if is_liquid(content) else lambda _: content
    if isinstance(content, dict):
        inside = {key: _fill(value, html, top or key) for key, value in content.items()}
        return lambda context: {key: fill(context) for key, fill in inside.items()}
    if isinstance(content, list):
        items = [_fill(value, html, top) for value in content]
        return lambda context: [fill(context) for fill in items]
    return lambda _: content


def _text(source: str, escape: bool) -> Callable[[dict[str, Any]], str]:
    template = _parsed(source, escape)
    fill = quick(template, escaped=escape)

    def slowly(context: dict[str, Any]) -> str:
        return template.render(**context)

    def quickly(context: dict[str, Any]) -> str:
        found = fill(context) if fill else None
        return slowly(context) if found is None else found

    return quickly if fill else slowly
