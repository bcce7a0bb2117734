"""What is done with the rows of a file, by kind: customers are written, events stored, people of a list found."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import tzinfo
from typing import Any, Protocol, cast

from customers import attributes, identities
from customers.errors import Rejected
from customers.event_services import Taken, events_store
from customers.identities import normalise
from customers.imports import trace
from customers.imports.errors import CellCode, CellError, Wrong, over_quota
from customers.imports.rows import Mapping, Refused, RowMaker, event_id
from customers.imports.targets import Kind
from customers.intake.change import Change
from customers.intake.event_rows import EventReader, EventRow
from customers.intake.resolve import Resolver, find_external
from customers.intake.rows import RowReader
from customers.intake.write import write
from customers.models import FileImport
from customers.vault import vault
from kernel.clock import db_now
from kernel.sets import People, people

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


class Loader(Protocol):
    def take(self, lines: Lines) -> Done: ...
    def look(self, lines: Lines) -> list[Seen]: ...


def _seen(lines: Lines, bad: list[Bad], show: Callable[[int, list[Any]], tuple[dict[str, Any], str]]) -> list[Seen]:
    wrong = {number: wrongs for number, _, wrongs in bad}
    return [Seen(None, "reject", wrong[n]) if n in wrong else Seen(*show(n, line), []) for n, line in lines]


class _Customers:
    def __init__(self, source: str, maker: RowMaker) -> None:
        self._source, self._maker = source, maker

    def _read(self, lines: Lines, bad: list[Bad]) -> list[tuple[Change, list[Any]]]:
        reader, found = RowReader(vault()), []
        for number, line in lines:
            try:
                found.append((reader.read(number, self._maker.make(line)), line))
            except Refused as refused:
                bad.append((number, line, refused.wrongs))
            except Rejected as rejected:
                bad.append((number, line, [self._maker.blame(rejected)]))
        attributes.declare(reader.declared)
        return found

    def _resolve(self, lines: Lines, done: Done) -> tuple[Resolver, dict[int, str]]:
        """The resolver, and what each good row does: create or update."""
        read, actions = self._read(lines, done.bad), dict[int, str]()
        resolver = Resolver([change for change, _ in read])
        for change, line in read:
            created = resolver.created
            try:
                resolver.add(change)
            except Rejected as rejected:
                done.bad.append((change.index, line, [self._maker.blame(rejected)]))
            else:
                actions[change.index] = "update" if resolver.created == created else "create"
        return resolver, actions

    def take(self, lines: Lines) -> Done:
        done = Done()
        resolver, _ = self._resolve(lines, done)
        done.changes = trace.before(resolver.targets)
        done.people = people(write(resolver.targets, self._source).values())
        done.created, done.updated = resolver.created, resolver.updated
        return done

    def look(self, lines: Lines) -> list[Seen]:
        done = Done()
        _, actions = self._resolve(lines, done)
        return _seen(lines, done.bad, lambda number, line: (self._maker.make(line), actions[number]))


class _Events:
    def __init__(self, digest: str, options: dict[str, Any], maker: RowMaker) -> None:
        self._digest, self._maker = digest, maker
        self._name, self._quiet = options.get("event_name") or "order.paid", not options.get("trigger", False)

    def _row(self, number: int, line: list[Any]) -> dict[str, Any]:
        row = self._maker.make(line)
        row.setdefault("name", self._name)
        row.setdefault("event_id", event_id(self._digest, number))
        if "occurred_at" not in row:
            raise Refused([CellError(CellCode.MISSING).at(self._maker.column_of("/occurred_at"))])
        return row

    def _read(self, lines: Lines, bad: list[Bad]) -> list[EventRow]:
        reader, good = EventReader(db_now()), []
        for number, line in lines:
            try:
                good.append(reader.read(number, self._row(number, line)))
            except Refused as refused:
                bad.append((number, line, refused.wrongs))
            except Rejected as rejected:
                bad.append((number, line, [self._maker.blame(rejected)]))
        return good

    def take(self, lines: Lines) -> Done:
        done = Done()
        good = self._read(lines, done.bad)
        taken = Taken()
        events_store(good, taken, quiet=self._quiet)
        done.created, done.repeated = taken.accepted, taken.duplicates
        cells = dict(lines)
        done.bad += [(row, cells[row], [over_quota(code, detail)]) for row, code, detail in _refused(taken)]
        return done

    def look(self, lines: Lines) -> list[Seen]:
        bad: list[Bad] = []
        self._read(lines, bad)
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

    def take(self, lines: Lines) -> Done:
        done = Done()
        found = self._find(lines, done.bad)
        done.people, done.created = people(found.values()), len(found)
        return done

    def look(self, lines: Lines) -> list[Seen]:
        bad: list[Bad] = []
        self._find(lines, bad)
        return _seen(lines, bad, lambda number, line: (self._maker.make(line), "add"))


def _pairs(who: dict[str, str]) -> list[tuple[str, bytes]]:
    spelled = [(kind, normalise(kind, value)) for kind, value in who.items() if kind != "external_id"]
    return [(kind, vault().digest(kind, value)) for kind, value in spelled if value is not None]


def loader(file_import: FileImport, mapping: Mapping, zone: tzinfo) -> Loader:
    """Reads the tenant's definitions: make one for each transaction."""
    kind = cast("Kind", file_import.kind)
    maker = RowMaker(kind, file_import.shape["header"], mapping, zone, attributes.definitions())
    if kind == "customers":
        return _Customers(f"import:{file_import.pk}", maker)
    return _Events(file_import.digest, file_import.options, maker) if kind == "events" else _Listed(maker)


Finish = Callable[[FileImport, People], dict[str, Any]]
_finishes: dict[str, Finish] = {}


def register_finish(kind: str, finish: Finish) -> None:
    """The room above that makes something of the people of a list when all rows are in."""
    _finishes[kind] = finish


def finish_of(kind: str) -> Finish | None:
    return _finishes.get(kind)
