"""The job that takes a file of codes into a pool: some ten thousand a transaction, which also says how far it is, so that
a crash repeats nothing; what was left out is told row by row in a file."""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import IO, Any

from kernel.errors import ProblemError, TableCode
from kernel.language import Text
from kernel.tables.write import CSV_TYPE, MARK, csv_bytes
from rewards import pool
from rewards.code_files import rows
from rewards.errors import RewardCode
from rewards.models import CodeUpload, Package
from tenants.files import file_append, file_create, file_fetch, file_store, file_url
from tenants.jobs import LATER, Progress, job_create
from tenants.models import Job, StoredFile
from tenants.scope import current_tenant_id, tenant_tx

RUN = "rewards.codes"
BATCH = 50_000
MAX_BYTES = 512 * 1024 * 1024
Row = tuple[int, str, str | None]
_HEAD = (Text("行", "row"), Text("券码", "code"), Text("问题", "problem"))
_REASONS = {
    "bad": Text("不是有效的券码", "not a valid code"),
    "repeated": Text("在文件中重复", "stands in the file before"),
    "pooled": Text("券码库里已有", "is in a pool already"),
    "issued": Text("已发放过", "was given to somebody before"),
}


def upload_start(package: Package, file: IO[bytes], name: str, size: int, actor: str) -> Job:
    """Raises FILE_TOO_BIG."""
    if size > MAX_BYTES:
        raise ProblemError.at("/file", TableCode.FILE_TOO_BIG, limit=f"{MAX_BYTES // 1024**2} MB")
    stored = file_store(name, "application/octet-stream", file, scope="rewards:write")
    upload = CodeUpload.objects.create(
        package_id=package.pk, name=name[-300:], file_id=stored.pk, created_by=actor[:200]
    )
    job = job_create(RUN, {"tenant": current_tenant_id(), "upload": upload.pk})
    upload.job_id = job.pk
    upload.save(update_fields=["job_id"])
    return job


def run(params: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """Goes on from the rows that are done. Returns the counts."""
    tenant_id: int = params["tenant"]
    with tenant_tx(tenant_id):
        upload = CodeUpload.objects.get(pk=params["upload"])
    with file_fetch(tenant_id, upload.file_id) as file:
        if upload.rows is None:
            upload.rows = sum(1 for _ in rows(file))
        file.seek(0)
        for batch in _batches(islice(rows(file), upload.position, None)):
            with tenant_tx(tenant_id):
                upload.position += len(batch)
                progress(upload.position, max(upload.rows, upload.position))
                _take(upload, batch, progress)
                upload.save()
            if progress.turn_is_over:
                return LATER
    return _result(tenant_id, upload)


def _batches(each: Iterator[Row]) -> Iterator[list[Row]]:
    while batch := list(islice(each, BATCH)):
        yield batch


def _take(upload: CodeUpload, batch: Sequence[Row], progress: Progress) -> None:
    package = Package.objects.filter(pk=upload.package_id).first()
    if package is None:
        raise ProblemError(RewardCode.NO_PACKAGE)
    taken = pool.add_numbered(package, ((line, code) for line, _, code in batch if code is not None), upload.pk)
    why = {place: reason for reason, places in taken.left_out.items() for place in places}
    why |= {line: "bad" for line, _, code in batch if code is None}
    upload.added += taken.added
    upload.duplicates += sum(map(len, taken.left_out.values()))
    upload.refused += sum(code is None for _, _, code in batch)
    if why:
        told = [(line, text, _REASONS[why[line]].say()) for line, text, _ in batch if line in why]
        file_append(_errors_file(upload, progress), csv_bytes(told))


def _errors_file(upload: CodeUpload, progress: Progress) -> StoredFile:
    if upload.errors_file_id is not None:
        return StoredFile.objects.get(pk=upload.errors_file_id)
    file = file_create(f"{upload.name}-errors.csv", CSV_TYPE, scope="rewards:write")
    file_append(file, MARK + csv_bytes([[head.say() for head in _HEAD]]))
    upload.errors_file_id = file.pk
    progress.keep(errors=file.pk)
    return file


def _result(tenant_id: int, upload: CodeUpload) -> dict[str, Any]:
    with tenant_tx(tenant_id):
        available = pool.free_count(upload.package_id)
    return {
        "added": upload.added, "duplicates": upload.duplicates, "refused": upload.refused, "available": available,
        "errors_url": file_url(upload.errors_file_id),
    }  # fmt: skip
