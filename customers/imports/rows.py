"""A line of a file as a row of the API, by the mapping of its columns; every wrong cell of it is told, not only the first."""

import hashlib
from collections.abc import Callable, Sequence
from datetime import tzinfo
from typing import Any

from customers.attributes import Definitions
from customers.errors import Rejected
from customers.imports import cells
from customers.imports.errors import CellCode, CellError, Wrong, explained
from customers.imports.targets import Kind, Target

Put = tuple[int, str, str, Callable[[Any], Any]]  # column, part of the row, key in it, how to read the cell
Mapping = Sequence[Target | None]


class Refused(Exception):  # carries what is wrong with a row
    def __init__(self, wrongs: list[Wrong]) -> None:
        super().__init__(len(wrongs))
        self.wrongs = wrongs


class RowMaker:
    """Compiled once for a file. Empty cells say nothing: what the customer has stays."""

    def __init__(self, kind: Kind, header: list[str], mapping: Mapping, zone: tzinfo, known: Definitions) -> None:
        self._header, self._width = header, len(header)
        self._puts = [
            (column, *_place(target), _reader(target, zone, known))
            for column, target in enumerate(mapping)
            if target is not None
        ]
        self._columns = {_path(kind, target): column for column, target in enumerate(mapping) if target is not None}

    def make(self, line: list[Any]) -> dict[str, Any]:
        """Raises Refused."""
        row: dict[str, Any] = {}
        wrongs: list[Wrong] = []
        for column, part, key, read in self._puts:
            cell = line[column]
            if cell == "" or cell is None:
                continue
            try:
                value = read(cell)
            except CellError as error:
                wrongs.append(error.at(column))
                continue
            if value == "" or value == []:
                continue
            if key:
                row.setdefault(part, {})[key] = value
            else:
                row[part] = value
        if len(line) > self._width and any(cell not in ("", None) for cell in line[self._width :]):
            wrongs.append(CellError(CellCode.TOO_MANY_CELLS, count=len(line) - self._width).at(None))
        if wrongs:
            raise Refused(wrongs)
        return row

    def column_of(self, place: str) -> int | None:
        return self._columns.get(place)

    def blame(self, refused: Rejected) -> Wrong:
        """The column that a refused row fell over."""
        place = str(refused.params.get("place", ""))
        parts = place.split("/")
        column = self._columns.get(
            place, self._columns.get("/".join(parts[:3]), self._columns.get("/".join(parts[:2])))
        )
        return explained(refused, column, "" if column is None else self._header[column])


def _place(target: Target) -> tuple[str, str]:
    return (target.family, target.key) if target.key else (target.to, "")


def _path(kind: Kind, target: Target) -> str:
    return "/" + target.to.replace(".", "/", 1)


def _reader(target: Target, zone: tzinfo, known: Definitions) -> Callable[[Any], Any]:
    if target.family in ("identities", "customer") or target.to in ("external_id", "event_id"):
        return cells.identity
    if target.family == "consents" or target.to == "blocked":
        return cells.boolean
    if target.to == "tags":
        return cells.items
    if target.to == "occurred_at":
        return lambda cell: cells.moment(cell, zone)
    if target.family == "attributes" and target.key in known:
        return cells.reader(known[target.key].type, zone)
    return cells.reader(target.type, zone) if target.family in ("attributes", "properties") else cells.text_of


def event_id(digest: str, number: int) -> str:
    """Of a row that brings none: the same row of the same file is the same event for ever."""
    return "import:" + hashlib.sha256(f"{digest}:{number}".encode()).hexdigest()[:32]
