"""What is done with the rows of a file, by kind: customers are written, events stored, people of a list found."""

import zoneinfo
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import tzinfo
from typing import Any, Protocol, TypeVar, cast

from customers import attributes, identities
from customers.errors import Rejected
from customers.event_services import Taken, events_store
from customers.identities import normalise
from customers.imports import trace
from customers.imports.errors import CellCode, CellError, Wrong, over_quota
from customers.imports.rows import Mapping, Refused, RowMaker, event_id
from customers.imports.targets import Kind
from customers.intake.change import Change
from customers.intake.disputes import settle
from customers.intake.event_rows import EventReader, EventRow
from customers.intake.resolve import Resolver, find_external
from customers.intake.rows import RowReader
from customers.intake.write import write
from customers.models import FileImport
from customers.tags import names_kept_by_rule
from customers.vault import vault
from kernel.clock import db_now
from kernel.sets import People, people
from tenants.settings import tenant_now

Read = TypeVar("Read")
Lines = list[tuple[int, list[Any]]]
Bad = tuple[int, list[Any], list[Wrong]]  # row number, its cells, what is wrong


@dataclass
class Done:
    """What became of some rows. people: those made (or listed); changes: what others had before (trace)."""

    created: int = 0
    updated: int = 0
    repeated: int = 0
    bad: list[Bad] = field(default_factory=list)
    people: People = field(default_factory=People)
    changes: list[trace.Entry] = field(default_factory=list)


@dataclass(frozen=True)
class Seen:
    """A row as the preview shows it: what it would become (None: nothing), or what is wrong."""

    row: dict[str, Any] | None
    action: str  # create · update · add · reject
    wrongs: list[Wrong]


class Loader(Protocol[Read]):
    """read asks the database nothing, so that it can be done while other rows are being taken."""

    def read(self, lines: Lines) -> Read: ...
    def take(self, read: Read) -> Done: ...
    def look(self, lines: Lines) -> list[Seen]: ...


def _seen(lines: Lines, bad: list[Bad], show: Callable[[int, list[Any]], tuple[dict[str, Any], str]]) -> list[Seen]:
    wrong = {number: wrongs for number, _, wrongs in bad}
    return [Seen(None, "reject", wrong[n]) if n in wrong else Seen(*show(n, line), []) for n, line in lines]


_Rows = tuple[list[tuple[Change, list[Any]]], list[Bad]]


class _Customers:
    def __init__(self, source: str, maker: RowMaker, by_rule: set[str]) -> None:
        self._source, self._maker = source, maker
        self._reader = RowReader(vault(), by_rule)

    def read(self, lines: Lines) -> _Rows:
        found, bad = list[tuple[Change, list[Any]]](), list[Bad]()
        for number, line in lines:
            try:
                found.append((self._reader.read(number, self._maker.make(line)), line))
            except Refused as refused:
                bad.append((number, line, refused.wrongs))
            except Rejected as rejected:
                bad.append((number, line, [self._maker.blame(rejected)]))
        return found, bad

    def _resolve(self, read: _Rows) -> tuple[Resolver, Done, dict[int, str]]:
        """The resolver, what is wrong, and what each good row does: create or update."""
        rows, done, actions = read[0], Done(bad=read[1]), dict[int, str]()
        attributes.declare(self._reader.declared)
        resolver = Resolver([change for change, _ in rows])
        for change, line in rows:
            created = resolver.created
            try:
                resolver.add(change)
            except Rejected as rejected:
                done.bad.append((change.index, line, [self._maker.blame(rejected)]))
            else:
                actions[change.index] = "update" if resolver.created == created else "create"
        return resolver, done, actions

    def take(self, read: _Rows) -> Done:
        resolver, done, _ = self._resolve(read)
        done.changes = trace.before(resolver.targets)
        numbers = write(resolver.targets, self._source)
        settle(resolver.disputes, resolver.targets, numbers, self._source)
        done.people = people(numbers.values())
        done.created, done.updated = resolver.created, resolver.updated
        return done

    def look(self, lines: Lines) -> list[Seen]:
        _, done, actions = self._resolve(self.read(lines))
        return _seen(lines, done.bad, lambda number, line: (self._maker.make(line), actions[number]))


class _Events:
    def __init__(self, digest: str, options: dict[str, Any], maker: RowMaker) -> None:
        self._digest, self._maker = digest, maker
        self._name, self._quiet = options.get("event_name") or "order.paid", not options.get("trigger", False)
        self._reader = EventReader(db_now())

    def _row(self, number: int, line: list[Any]) -> dict[str, Any]:
        row = self._maker.make(line)
        row.setdefault("name", self._name)
        row.setdefault("event_id", event_id(self._digest, number))
        if "occurred_at" not in row:
            raise Refused([CellError(CellCode.MISSING).at(self._maker.column_of("/occurred_at"))])
        return row

    def read(self, lines: Lines) -> tuple[list[EventRow], list[Bad], Lines]:
        good, bad = list[EventRow](), list[Bad]()
        for number, line in lines:
            try:
                good.append(self._reader.read(number, self._row(number, line)))
            except Refused as refused:
                bad.append((number, line, refused.wrongs))
            except Rejected as rejected:
                bad.append((number, line, [self._maker.blame(rejected)]))
        return good, bad, lines

    def take(self, read: tuple[list[EventRow], list[Bad], Lines]) -> Done:
        (good, bad, lines), taken = read, Taken()
        events_store(good, taken, quiet=self._quiet)
        cells = dict(lines) if taken.rejected else {}
        bad += [(row, cells[row], [over_quota(code, detail)]) for row, code, detail in _refused(taken)]
        return Done(created=taken.accepted, repeated=taken.duplicates, bad=bad)

    def look(self, lines: Lines) -> list[Seen]:
        _, bad, _ = self.read(lines)
        return _seen(lines, bad, lambda number, line: (self._row(number, line), "add"))


def _refused(taken: Taken) -> list[tuple[int, str, str]]:
    return [(int(str(one["index"])), str(one["code"]), str(one["detail"])) for one in taken.rejected]


class _Listed:
    def __init__(self, maker: RowMaker) -> None:
        self._maker = maker

    def _find(self, lines: Lines, bad: list[Bad]) -> dict[int, int]:
        """Row number → customer. By external id where there is one, else by the identities of the row."""
        asked: dict[int, dict[str, str]] = {}
        for number, line in lines:
            try:
                asked[number] = self._maker.make(line).get("customer", {})
            except Refused as refused:
                bad.append((number, line, refused.wrongs))
        by_external = find_external({who["external_id"] for who in asked.values() if "external_id" in who})
        pairs = {(number, pair) for number, who in asked.items() for pair in _pairs(who)}
        by_pair = identities.find({pair for _, pair in pairs}) if pairs else {}
        found = {number: by_pair[pair] for number, pair in sorted(pairs) if pair in by_pair}
        found |= {
            number: by_external[w["external_id"]] for number, w in asked.items() if w.get("external_id") in by_external
        }
        unknown = CellError(CellCode.UNKNOWN_CUSTOMER).at(None)
        bad += [(number, line, [unknown]) for number, line in lines if number in asked and number not in found]
        return found

    def read(self, lines: Lines) -> Lines:
        return lines

    def take(self, read: Lines) -> Done:
        done = Done()
        found = self._find(read, done.bad)
        done.people, done.created = people(found.values()), len(found)
        return done

    def look(self, lines: Lines) -> list[Seen]:
        bad: list[Bad] = []
        self._find(lines, bad)
        return _seen(lines, bad, lambda number, line: (self._maker.make(line), "add"))


def _pairs(who: dict[str, str]) -> list[tuple[str, bytes]]:
    spelled = [(kind, normalise(kind, value)) for kind, value in who.items() if kind != "external_id"]
    return [(kind, vault().digest(kind, value)) for kind, value in spelled if value is not None]


@dataclass(frozen=True)
class Basis:
    """What of the tenant decides how rows are read."""

    zone: tzinfo
    known: attributes.Definitions
    by_rule: set[str]


def basis() -> Basis:
    zone = zoneinfo.ZoneInfo(tenant_now().timezone)
    return Basis(zone, attributes.definitions(), names_kept_by_rule())


def loader(file_import: FileImport, mapping: Mapping, on: Basis) -> Loader[Any]:
    """Holds as long as `basis()` does."""
    kind = cast("Kind", file_import.kind)
    maker = RowMaker(kind, file_import.shape["header"], mapping, on.zone, on.known)
    if kind == "customers":
        return _Customers(f"import:{file_import.pk}", maker, on.by_rule)
    return _Events(file_import.digest, file_import.options, maker) if kind == "events" else _Listed(maker)


Finish = Callable[[FileImport, People], dict[str, Any]]
_finishes: dict[str, Finish] = {}


def register_finish(kind: str, finish: Finish) -> None:
    """The room above that makes something of the people of a list when all rows are in."""
    _finishes[kind] = finish


def finish_of(kind: str) -> Finish | None:
    return _finishes.get(kind)
