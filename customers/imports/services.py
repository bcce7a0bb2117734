"""What the API does with imports: take a file in, look at what would become of it, start, undo, show."""

import hashlib
from datetime import timedelta
from itertools import islice
from typing import IO, Any, cast

from customers import attributes
from customers.errors import CustomerCode
from customers.imports import run, undo
from customers.imports.errors import Wrong
from customers.imports.hiding import Hiding
from customers.imports.kinds import Seen, basis, loader
from customers.imports.targets import Kind, Target, guess, is_target, spelled
from customers.locks import hold_people
from customers.models import AttributeDefinition, FileImport, ImportBatch
from kernel.clock import db_now
from kernel.errors import FieldProblem, ProblemError, TableCode, problem_at
from kernel.language import Text
from kernel.tables.read import Table, open_table
from tenants.files import file_fetch, file_store, file_url
from tenants.jobs import OPEN, job_create
from tenants.keys import REVEAL
from tenants.models import Job
from tenants.scope import current_tenant_id

MAX_BYTES = 512 * 1024 * 1024
KEEP = timedelta(days=30)
_SAMPLE = 500
_SHOWN = 100
_MAX_SHOWN_CELL = 200
_WHO = Text("会员号、手机号等任一身份", "an id, a phone number or another identity")
_WHEN = Text("发生时间", "when it happened")

Asked = dict[str, Any]  # header, or #1 for the first column → target: text, {"to", "type"} or None


def import_create(
    file: IO[bytes],
    name: str,
    size: int,
    kind: Kind,
    actor: str,
    *,
    encoding: str | None = None,
    options: dict[str, Any],
) -> FileImport:
    """Stores the file with a guess of its mapping. Raises problems of TableCode."""
    if size > MAX_BYTES:
        raise ProblemError(TableCode.FILE_TOO_BIG, limit=f"{MAX_BYTES // 1024**2} MB")
    table = open_table(file, encoding=encoding)
    sample = [cells for _, cells in islice(table.rows(), _SAMPLE)]
    mapping = _guessed(kind, table, sample)
    file.seek(0)
    digest = hashlib.file_digest(cast("Any", file), "sha256").hexdigest()
    file.seek(0)
    stored = file_store(name, "application/octet-stream", file, scope=REVEAL, keep=KEEP)
    shape = {
        "format": table.format, "encoding": table.encoding, "delimiter": table.delimiter, "header": table.header,
        "header_row": table.header_row, "samples": _samples(sample, len(table.header), Hiding(mapping)),
    }  # fmt: skip
    return FileImport.objects.create(
        kind=kind, name=name[-300:], file_id=stored.pk, digest=digest, shape=shape, mapping=_stored(mapping), options=options,
        created_by=actor[:200],
    )  # fmt: skip


def _guessed(kind: Kind, table: Table, sample: list[list[Any]]) -> list[Target | None]:
    columns = [[cells[i] for cells in sample] for i in range(len(table.header))]
    labels = {
        label: row.key
        for row in AttributeDefinition.objects.all()
        for label in row.label.values()
        if isinstance(label, str)
    }
    return guess(kind, table.header, columns, attributes.definitions(), labels, run.zone_of_tenant())


def _samples(sample: list[list[Any]], width: int, hiding: Hiding) -> list[list[str]]:
    """A few values of each column, as everybody may see them: they outlive the file."""
    found = [dict.fromkeys(shown(c[i]) for c in sample if c[i] not in ("", None)) for i in range(width)]
    return [[hiding.cell(i, value) for value in islice(values, 3)] for i, values in enumerate(found)]


def shown(cell: Any) -> str:
    """A cell for the eye: short, and without what JSON or PostgreSQL can't hold."""
    return (
        str("" if cell is None else cell)[:_MAX_SHOWN_CELL].replace("\0", "\u2400").encode("utf-8", "replace").decode()
    )


def _stored(mapping: list[Target | None]) -> list[dict[str, str] | None]:
    return [None if target is None else {"to": target.to, "type": target.type} for target in mapping]


def mapping_read(file_import: FileImport, asked: Asked) -> list[Target | None]:
    """Columns that are not named keep nothing. Raises a problem for each column that makes no sense."""
    header: list[str] = file_import.shape["header"]
    kind = cast("Kind", file_import.kind)
    problems: list[FieldProblem] = []
    found: list[Target | None] = [None] * len(header)
    for name, wanted in asked.items():
        place = f"/mapping/{name.replace('~', '~0').replace('/', '~1')}"
        column = header.index(name) if name in header else _numbered(name, len(header))
        if column is None:
            problems.append(problem_at(place, CustomerCode.COLUMN_UNKNOWN, column=name))
        elif wanted is not None:
            target = _target(kind, wanted)
            if target is None:
                problems.append(problem_at(place, CustomerCode.MAPPING_UNKNOWN, to=str(wanted)[:100]))
            elif any(other is not None and other.to == target.to for other in found):
                problems.append(problem_at(place, CustomerCode.MAPPING_TWICE, to=target.to))
            found[column] = target
    if not problems:
        problems = _lacking(kind, found)
    if problems:
        raise ProblemError.invalid(problems)
    return found


def _numbered(name: str, width: int) -> int | None:
    number = int(name[1:]) - 1 if name[:1] == "#" and name[1:].isdecimal() and len(name) < 6 else -1
    return number if 0 <= number < width else None


def _target(kind: Kind, wanted: Any) -> Target | None:
    if isinstance(wanted, str):
        wanted = {"to": wanted}
    to, kind_of = (wanted.get("to"), wanted.get("type") or "string") if isinstance(wanted, dict) else (None, "")
    if not isinstance(to, str) or not isinstance(kind_of, str) or "\0" in to:
        return None
    target = Target(spelled(kind, to), kind_of)
    return target if is_target(kind, target) else None


def _lacking(kind: Kind, mapping: list[Target | None]) -> list[FieldProblem]:
    """Whom a row is about must be said, and when an event happened."""
    there = [target for target in mapping if target is not None]
    who = "customer" if kind != "customers" else "identities"
    problems = []
    if not any(target.family == who or target.to == "external_id" for target in there):
        problems.append(problem_at("/mapping", CustomerCode.MAPPING_LACKS, what=_WHO.say()))
    if kind == "events" and not any(target.to == "occurred_at" for target in there):
        problems.append(problem_at("/mapping", CustomerCode.MAPPING_LACKS, what=_WHEN.say()))
    return problems


def import_preview(file_import: FileImport, mapping: list[Target | None], *, plain: bool) -> list[dict[str, Any]]:
    """The first hundred rows: their cells, what each would become and what is wrong with it; masked unless `plain`. Writes nothing."""
    with file_fetch(current_tenant_id(), file_import.file_id) as file:
        table = run.table_of(file_import, file)
        lines = list(islice(table.rows(), _SHOWN))
    hold_people()
    seen = loader(file_import, mapping, basis()).look(lines)
    hiding = Hiding(mapping, plain=plain)
    return [
        _row(number, hiding.line([shown(cell) for cell in cells]), hiding.row(one.row), one)
        for (number, cells), one in zip(lines, seen, strict=True)
    ]


def _row(number: int, cells: list[Any], becomes: dict[str, Any] | None, seen: Seen) -> dict[str, Any]:
    return {
        "row": number, "cells": cells, "action": seen.action, "becomes": becomes,
        "problems": [_wrong(wrong) for wrong in seen.wrongs],
    }  # fmt: skip


def _wrong(wrong: Wrong) -> dict[str, Any]:
    return {"column": wrong.column, "code": wrong.code, "detail": wrong.detail, "advice": wrong.advice}


def import_start(file_import: FileImport, mapping: list[Target | None], options: dict[str, Any], *, plain: bool) -> Job:
    """Once. plain: whoever starts it may see in plain what is wrong with rows. Raises IMPORT_STARTED."""
    locked = FileImport.objects.select_for_update().get(pk=file_import.pk)
    if locked.job_id is not None:
        raise ProblemError(CustomerCode.IMPORT_STARTED)
    job = job_create(run.RUN, {"tenant": current_tenant_id(), "import": locked.pk, "plain": plain})
    hiding = Hiding(mapping)
    locked.shape["samples"] = [
        [hiding.cell(i, value) for value in values] for i, values in enumerate(locked.shape.get("samples", []))
    ]
    locked.mapping, locked.options, locked.job_id = _stored(mapping), {**locked.options, **options}, job.pk
    locked.save()
    return job


def import_undo(file_import: FileImport) -> Job:
    """Raises IMPORT_RUNNING, IMPORT_NOT_UNDOABLE."""
    locked = FileImport.objects.select_for_update().get(pk=file_import.pk)
    jobs = {job.pk: job for job in Job.objects.filter(pk__in=[locked.job_id or 0, locked.undo_job_id or 0])}
    done = jobs.get(locked.job_id or 0)
    if done is not None and done.status in OPEN:
        raise ProblemError(CustomerCode.IMPORT_RUNNING)
    if done is None or not _undoable(locked, jobs):
        raise ProblemError(CustomerCode.IMPORT_NOT_UNDOABLE, days=undo.WITHIN.days)
    job = job_create(undo.UNDO, {"tenant": current_tenant_id(), "import": locked.pk})
    locked.undo_job_id = job.pk
    locked.save(update_fields=["undo_job_id"])
    return job


def _undoable(one: FileImport, jobs: dict[int, Job]) -> bool:
    """An undoing that failed or was cancelled may be tried again: it goes on where it stopped."""
    ended, before = jobs.get(one.job_id or 0), jobs.get(one.undo_job_id or 0)
    fresh = db_now() - one.created_at < undo.WITHIN
    again = before is None or before.status in ("failed", "cancelled")
    return one.kind == "customers" and ended is not None and ended.status not in OPEN and fresh and again


def imports_show(found: list[FileImport]) -> list[dict[str, Any]]:
    asked = [pk for one in found for pk in (one.job_id, one.undo_job_id) if pk]
    jobs = {job.pk: job for job in Job.objects.filter(pk__in=asked)}
    return [_show(one, jobs) for one in found]


def _show(one: FileImport, jobs: dict[int, Job]) -> dict[str, Any]:
    job, undoing = jobs.get(one.job_id or 0), jobs.get(one.undo_job_id or 0)
    shape = one.shape
    headers, samples = shape.get("header", []), shape.get("samples", [])
    columns = [
        {
            "header": name,
            "samples": samples[i] if i < len(samples) else [],
            "target": one.mapping[i] if i < len(one.mapping) else None,
        }
        for i, name in enumerate(headers)
    ]
    return {
        "id": str(one.pk), "kind": one.kind, "name": one.name, "status": _status(job, undoing), "format": shape.get("format", ""),
        "encoding": shape.get("encoding"), "columns": columns, "options": one.options, "done": one.position,
        "total": job.total if job else shape.get("rows"), "created": one.created, "updated": one.updated,
        "repeated": one.repeated, "rejected": one.rejected, "job": str(job.pk) if job else None,
        "errors_url": file_url(one.errors_file_id), "error": job.error if job else None,
        "undo_job": str(undoing.pk) if undoing else None, "undone": one.undone,
        "left_url": file_url(undoing.errors_file_id) if undoing else None, "undoable": _undoable(one, jobs),
        "result": job.result if job else None, "created_by": one.created_by, "created_at": one.created_at,
    }  # fmt: skip


def _status(job: Job | None, undoing: Job | None) -> str:
    """draft · queued · running · succeeded · failed · cancelled · undoing · undone."""
    if undoing is not None and undoing.status in (*OPEN, "succeeded"):
        return "undone" if undoing.status == "succeeded" else "undoing"
    return "draft" if job is None else job.status


def imports_forget() -> None:
    """Uploads that nobody started, after a week; what undoing needs, once it is too late for that."""
    now = db_now()
    ImportBatch.objects.filter(at__lt=now - undo.WITHIN).delete()
    FileImport.objects.filter(job_id__isnull=True, created_at__lt=now - timedelta(days=7)).delete()
