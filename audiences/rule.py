"""A rule as it was sent → a tree that can be evaluated, or every fault in it with the pointer to its place."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import orjson

from audiences.attribute_settings import settings_of
from audiences.condition import CONDITIONS, Condition
from audiences.errors import Code
from audiences.world import World
from kernel.errors import Code as KernelCode
from kernel.errors import FieldProblem, ProblemError, problem_at
from kernel.language import Text
from kernel.schema import Body, parse, pointer

MAX_DEPTH, MAX_CONDITIONS = 20, 200
_SHOWN = 80  # characters of what was sent that an answer repeats
_KINDS = ("all", "any", "not", "condition")
_NUL = Text("含有不能保存的字符 U+0000", "contains the character U+0000, which can't be stored")
_OBJECT = Text("对象", "an object")
_LIST = Text("列表", "a list")


@dataclass(frozen=True)
class Leaf:
    """A condition with its parameters; `key` is its canonical text, equal for equal conditions."""

    condition: Condition[Any]
    params: Body
    key: bytes
    pointer: str


@dataclass(frozen=True)
class All:
    parts: tuple["Node", ...]


@dataclass(frozen=True)
class AnyOf:
    parts: tuple["Node", ...]


@dataclass(frozen=True)
class Not:
    part: "Node"


Node = Leaf | All | AnyOf | Not


class _Reader:
    def __init__(self, world: World) -> None:
        self.world, self.problems, self.leaves = world, list[FieldProblem](), 0

    def node(self, raw: Any, at: str, depth: int) -> Node | None:
        if depth > MAX_DEPTH:
            return self.fault(at, Code.TOO_DEEP, limit=MAX_DEPTH)
        if not isinstance(raw, dict):
            return self.fault(at, KernelCode.WRONG_TYPE, expected=_OBJECT.say())
        kinds = [kind for kind in _KINDS if kind in raw]
        if len(kinds) != 1:
            return self.fault(at, Code.NOT_A_RULE)
        if kinds[0] == "condition":
            return self.leaf(raw, at)
        for name in raw:
            if name != kinds[0]:
                self.fault(at + pointer(str(name)), KernelCode.UNKNOWN_FIELD)
        if kinds[0] == "not":
            part = self.node(raw["not"], f"{at}/not", depth + 1)
            return Not(part) if part else None
        return self.group(kinds[0], raw[kinds[0]], f"{at}/{kinds[0]}", depth)

    def group(self, kind: str, raw: Any, at: str, depth: int) -> Node | None:
        if not isinstance(raw, list):
            return self.fault(at, KernelCode.WRONG_TYPE, expected=_LIST.say())
        if not raw:
            return self.fault(at, Code.EMPTY_GROUP)
        parts = tuple(part for i, item in enumerate(raw) if (part := self.node(item, f"{at}/{i}", depth + 1)))
        if not parts:
            return None
        return All(parts) if kind == "all" else AnyOf(parts)

    def leaf(self, raw: dict[str, Any], at: str) -> Leaf | None:
        self.leaves += 1
        if self.leaves == MAX_CONDITIONS + 1:
            return self.fault(at, Code.TOO_MANY_CONDITIONS, limit=MAX_CONDITIONS)
        if self.leaves > MAX_CONDITIONS:
            return None
        key = raw["condition"]
        condition = CONDITIONS.get(key) if isinstance(key, str) else None
        if condition is None:
            return self.fault(f"{at}/condition", Code.UNKNOWN_CONDITION, key=str(key)[:_SHOWN])
        return self.read(condition, raw, at)

    def read(self, condition: Condition[Any], raw: dict[str, Any], at: str) -> Leaf | None:
        unheard = next(_unheard(raw, at), None)
        if unheard is not None:
            place, code, told = unheard
            return self.fault(place, code, **told)
        try:
            params = parse(condition.model, {k: v for k, v in raw.items() if k != "condition"}, at)
        except ProblemError as problem:
            self.problems += problem.errors
            return None
        found = condition.problems(params, self.world)
        for problem in found:
            problem.pointer = at + problem.pointer
        self.problems += found + _about_sealed(condition, params, self.world, at)
        return Leaf(condition, params, orjson.dumps(raw, option=orjson.OPT_SORT_KEYS), at)

    def fault(self, at: str, code: Any, **params: Any) -> Leaf | None:
        """Notes it; there is no node then."""
        self.problems.append(problem_at(at, code, **params))
        return None


def _about_sealed(condition: Condition[Any], params: Body, world: World, at: str) -> list[FieldProblem]:
    """Sealed values have no order, no parts and no days: most conditions can't be asked of them."""
    if condition.asks_sealed or not world.sensitive:
        return []
    return [
        problem_at(f"{at}/{name}", Code.SEALED_ATTRIBUTE, key=value)
        for name in settings_of(condition.key)
        if isinstance(value := getattr(params, name), str) and value in world.sensitive
    ]


def _unheard(value: Any, at: str, left: int = MAX_DEPTH) -> Iterator[tuple[str, Any, dict[str, Any]]]:
    """Places of what no parameter has: (pointer, code, its parameters)."""
    if isinstance(value, str) and "\0" in value:
        yield at, KernelCode.BAD_VALUE, {"reason": _NUL.say()}
    elif isinstance(value, list | dict) and not left:
        yield at, Code.TOO_DEEP, {"limit": MAX_DEPTH}
    elif isinstance(value, list):
        for i, item in enumerate(value):
            yield from _unheard(item, f"{at}/{i}", left - 1)
    elif isinstance(value, dict):
        for key, item in value.items():
            if "\0" in str(key):
                yield at, KernelCode.BAD_VALUE, {"reason": _NUL.say()}
            yield from _unheard(item, at + pointer(str(key)), left - 1)


def read_rule(raw: Any, at: str, world: World) -> tuple[Node | None, list[FieldProblem]]:
    """The tree and the faults; the tree is whole only when there are no faults."""
    reader = _Reader(world)
    tree = reader.node(raw, at, 1)
    return tree, reader.problems


def parse_rule(raw: Any, at: str, world: World) -> Node:
    """The tree. Raises ProblemError (400) with a pointer for each fault."""
    tree, problems = read_rule(raw, at, world)
    if problems or tree is None:
        raise ProblemError.invalid(problems)
    return tree


def leaves(tree: Node) -> Iterator[Leaf]:
    """Every condition of a tree."""
    if isinstance(tree, Leaf):
        yield tree
    elif isinstance(tree, Not):
        yield from leaves(tree.part)
    else:
        for part in tree.parts:
            yield from leaves(part)


def warnings_of(tree: Node, world: World) -> list[FieldProblem]:
    """What is allowed and yet probably not meant; pointers as the tree was read with."""
    found = list[FieldProblem]()
    for leaf in leaves(tree):
        for warning in [*leaf.condition.warnings(leaf.params, world), *_about_old_events(leaf, world)]:
            warning.pointer = leaf.pointer + warning.pointer
            found.append(warning)
    return found


def _about_old_events(leaf: Leaf, world: World) -> list[FieldProblem]:
    """A condition about events looks further back than events are kept."""
    since = world.events_from
    if since is None or not leaf.condition.events(leaf.params):
        return []
    window = getattr(leaf.params, "window", None)
    start = window.ends(world.clock)[0] if window else None
    if start is not None and start >= since:
        return []
    day = since.astimezone(world.clock.zone).date().isoformat()
    return [problem_at("/window" if window else "", Code.OLD_EVENTS_GONE, day=day)]
