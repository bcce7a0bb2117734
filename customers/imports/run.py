"""The job that takes a file in: some thousand rows a transaction, which also says how far it is, so a crash repeats nothing."""

import zoneinfo
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice
from typing import IO, Any

from django.db import connection
from django.utils import translation

from customers import attributes
from customers.imports import trace
from customers.imports.hiding import Hiding
from customers.imports.kinds import Bad, Done, Lines, Loader, basis, finish_of, loader
from customers.imports.targets import Target
from customers.intake.quiet import no_collection
from customers.locks import hold_people
from customers.models import FileImport, ImportBatch
from kernel.ahead import ahead
from kernel.language import Text
from kernel.sets import dump, load, union
from kernel.tables.read import Table, count_rows
from kernel.tables.write import CSV_TYPE, MARK, csv_bytes
from tenants.files import file_append, file_create, file_fetch
from tenants.jobs import LATER, Progress
from tenants.keys import REVEAL
from tenants.models import StoredFile
from tenants.scope import tenant_tx
from tenants.settings import tenant_now

RUN = "customers.import"
BATCH = 10_000
KEEP_ERRORS = timedelta(days=30)
Batch = tuple[Lines, Loader[Any], Any]  # as they stand in the file, and what this loader read in them
_HEAD = (Text("行", "row"), Text("列", "column"), Text("问题", "problem"), Text("怎么改", "what to do"))


def mapping_of(file_import: FileImport) -> list[Target | None]:
    return [None if target is None else Target(**target) for target in file_import.mapping]


def zone_of_tenant() -> zoneinfo.ZoneInfo:
    return zoneinfo.ZoneInfo(tenant_now().timezone)


def table_of(file_import: FileImport, file: IO[bytes]) -> Table:
    """The file as it was understood when it was uploaded."""
    shape = file_import.shape
    return Table(file, shape["format"], shape["encoding"], shape["delimiter"], shape["header"], shape["header_row"])


def run(params: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """Goes on from the rows that are done. Returns the counts."""
    tenant_id: int = params["tenant"]
    with tenant_tx(tenant_id):
        file_import = FileImport.objects.get(pk=params["import"])
        _declare(mapping_of(file_import))
        reading = _Reading(file_import)
    with file_fetch(tenant_id, file_import.file_id) as file:
        table = table_of(file_import, file)
        total = _total(file_import, table)
        with ahead(map(reading.read, _batches(table, file_import.position))) as batches:
            for batch in batches:
                with no_collection():
                    _take(tenant_id, file_import, reading, batch, progress, total, plain=params.get("plain", False))
                if progress.turn_is_over and table.format == "csv":  # finding the place again in an XLSX takes too long
                    return LATER
    return _finish(tenant_id, file_import, progress)


class _Reading:
    """Reads batches ahead of the transaction that takes them, by what was known of attributes and tags when it began."""

    def __init__(self, file_import: FileImport) -> None:
        self._file_import, self._language = file_import, translation.get_language() or "zh-hans"
        self._look_up()

    def _look_up(self) -> None:
        self._basis = basis()
        self._loader = loader(self._file_import, mapping_of(self._file_import), self._basis)

    def read(self, lines: Lines) -> Batch:
        loader = self._loader
        with translation.override(self._language):
            return lines, loader, loader.read(lines)

    def take(self, batch: Batch) -> Done:
        """Reads them again when somebody has changed what decides how they are read."""
        lines, by, read = batch
        if self._basis != basis():
            self._look_up()
        if by is not self._loader:
            read = self._loader.read(lines)
        return self._loader.take(read)


def _declare(mapping: list[Target | None]) -> None:
    """Before the first row, so that all rows agree on the types. Those declared meanwhile keep theirs."""
    known = attributes.definitions()
    new = {t.key: t.type for t in mapping if t is not None and t.family == "attributes" and t.key not in known}
    attributes.declare(new)


def _total(file_import: FileImport, table: Table) -> int:
    if "rows" not in file_import.shape:
        file_import.shape["rows"] = count_rows(table)
    return int(file_import.shape["rows"])


def _batches(table: Table, skip: int) -> Iterator[Lines]:
    rows = islice(table.rows(), skip, None)
    while lines := list(islice(rows, BATCH)):
        yield lines


def _take(
    tenant_id: int,
    file_import: FileImport,
    reading: _Reading,
    batch: Batch,
    progress: Progress,
    total: int,
    *,
    plain: bool,
) -> None:
    """One transaction. The fence comes first: who lost the job must not wait for locks, let alone write."""
    with tenant_tx(tenant_id):
        position = file_import.position + len(batch[0])
        progress(position, max(total, position))
        hold_people()  # before the definitions are looked at: none becomes sensitive from here on
        done = reading.take(batch)
        _tell(file_import, done.bad, progress, plain=plain)
        _note(file_import, done, position)


def _note(file_import: FileImport, done: Done, position: int) -> None:
    if done.people or done.changes:
        ImportBatch.objects.create(
            file_import=file_import, at=transaction_time(), people=dump(done.people), changes=trace.pack(done.changes)
        )
    file_import.position = position
    file_import.created += done.created
    file_import.updated += done.updated
    file_import.repeated += done.repeated
    file_import.rejected += len(done.bad)
    file_import.save()


def transaction_time() -> datetime:
    """now(), which is what everything written in this transaction bears."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT now()")
        at: datetime = cursor.fetchone()[0]
        return at


def _tell(file_import: FileImport, bad: list[Bad], progress: Progress, *, plain: bool) -> None:
    """Wrong rows go to the list of errors, one line for each wrong cell, followed by the row as it stood in the file: for
    those who may see everything if whoever started the import may, else masked."""
    if not bad:
        return
    header, out, mapping = file_import.shape["header"], b"", mapping_of(file_import)
    hiding = Hiding(mapping, plain=plain)
    if file_import.errors_file_id is None:
        name = f"{file_import.name.rsplit('.', 1)[0]}-errors.csv"
        file_import.errors_file_id = file_create(
            name, CSV_TYPE, scope=REVEAL if plain and Hiding(mapping).hides else "customers:write", keep=KEEP_ERRORS
        ).pk
        progress.keep(errors=file_import.errors_file_id)
        out = MARK + csv_bytes([[*(text.say() for text in _HEAD), *header]])
    bad.sort(key=lambda one: one[0])
    lines = [
        [number, "" if wrong.column is None else header[wrong.column], wrong.detail, wrong.advice, *hiding.line(line)]
        for number, line, wrongs in bad
        for wrong in wrongs
    ]
    file_append(StoredFile.objects.get(pk=file_import.errors_file_id), out + csv_bytes(lines))


def _finish(tenant_id: int, file_import: FileImport, progress: Progress) -> dict[str, Any]:
    with tenant_tx(tenant_id):
        progress(file_import.position, file_import.position)
        finish, more = finish_of(file_import.kind), dict[str, Any]()
        if finish is not None:
            batches = ImportBatch.objects.filter(file_import=file_import).values_list("people", flat=True)
            more = finish(file_import, union(load(bytes(raw)) for raw in batches))
        counts = {name: getattr(file_import, name) for name in ("created", "updated", "repeated", "rejected")}
        return {"import": str(file_import.pk), **counts, **more}
