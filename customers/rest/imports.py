"""Imports over HTTP: upload with a guess, preview, start, undo."""

from typing import Any, Literal

import orjson
from drf_spectacular.utils import extend_schema, inline_serializer
from pydantic import AwareDatetime, Field, ValidationError
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from customers.imports import services
from customers.imports.targets import Kind
from customers.models import FileImport
from kernel.access import one_or_404
from kernel.errors import Code, ProblemError
from kernel.pagination import paginate_many
from kernel.schema import Body, field_problems
from tenants.audit import audit
from tenants.jobs import job_show
from tenants.keys import REVEAL
from tenants.rest.actor import Actor
from tenants.rest.base import TenantView
from tenants.rest.jobs import JobOut

MappingIn = dict[str, Any]


class Options(Body):
    """trigger: imported events start canvases, as if they happened now. name: of the audience that a list becomes."""

    event_name: str | None = Field(default=None, min_length=1, max_length=200)
    trigger: bool = False
    name: str | None = Field(default=None, min_length=1, max_length=200)


class Upload(Body):
    """The fields beside the file. mapping: as of /start, or "auto": then the import begins at once."""

    kind: Kind = "customers"
    mapping: MappingIn | Literal["auto"] | None = None
    encoding: str | None = None
    options: Options = Options()


class Start(Body):
    """mapping: column (its header, or #1 for the first) → "identities.phone", {"to": "attributes.age", "type": "number"}
    or null. Absent: as guessed."""

    mapping: MappingIn | None = None
    options: Options = Options()


class ColumnTarget(Body):
    to: str
    type: str


class Column(Body):
    header: str
    samples: list[str]
    target: ColumnTarget | None


class ImportOut(Body):
    """status: draft · queued · running · succeeded · failed · cancelled · undoing · undone. repeated: events known already."""

    id: str
    kind: str
    name: str
    status: str
    format: str
    encoding: str | None
    columns: list[Column]
    options: dict[str, Any]
    done: int
    total: int | None
    created: int
    updated: int
    repeated: int
    rejected: int
    job: str | None
    result: dict[str, Any] | None
    error: dict[str, Any] | None
    errors_url: str | None
    undoable: bool
    undo_job: str | None
    undone: dict[str, Any] | None
    left_url: str | None
    created_by: str
    created_at: AwareDatetime


class ImportsPage(Body):
    results: list[ImportOut]
    next: str | None


class ImportJob(JobOut):
    import_id: str


class CellProblem(Body):
    column: int | None
    code: str
    detail: str
    advice: str


class PreviewRow(Body):
    """action: create · update · add · reject. becomes: the row as the bulk API would take it."""

    row: int
    cells: list[str]
    action: str
    becomes: dict[str, Any] | None
    problems: list[CellProblem]


class ImportPreview(Body):
    rows: list[PreviewRow]


_FORM = inline_serializer(
    "ImportUpload",
    {
        "file": serializers.FileField(),
        "kind": serializers.CharField(required=False, help_text="customers, events or audience"),
        "mapping": serializers.CharField(required=False, help_text="JSON, or auto"),
        "encoding": serializers.CharField(required=False),
        "options": serializers.CharField(required=False, help_text="JSON"),
    },
)


def _upload(request: Request) -> Upload:
    raw: dict[str, Any] = {name: value for name, value in request.POST.items() if name != "file"}
    for name in ("mapping", "options"):
        if raw.get(name) and raw[name] != "auto":
            raw[name] = _json(name, str(raw[name]))
        elif name in raw and not raw[name]:
            del raw[name]
    try:
        return Upload.model_validate(raw)
    except ValidationError as error:
        raise ProblemError.invalid(field_problems(error, data=raw)) from error


def _json(name: str, text: str) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise ProblemError.at(f"/{name}", Code.BAD_VALUE, reason="JSON") from error


def access_import(import_id: str) -> FileImport:
    return one_or_404(FileImport.objects.all(), import_id)


class ImportsView(TenantView):
    resource = "customers"
    parser_classes = [MultiPartParser]

    @extend_schema(operation_id="imports_list", responses=ImportsPage)
    def get(self, request: Request) -> Response:
        return Response(paginate_many(request, FileImport.objects.all(), services.imports_show))

    @extend_schema(
        operation_id="imports_create",
        request={"multipart/form-data": _FORM},
        responses={201: ImportOut, 202: ImportJob},
    )
    def post(self, request: Request) -> Response:
        """Without a mapping: 201 and the import, as a draft with a guessed mapping. With one: 202 and the job."""
        sent, file = _upload(request), request.FILES.get("file")
        if file is None:
            raise ProblemError.at("/file", Code.MISSING)
        made = services.import_create(
            file.file, str(file.name), int(file.size or 0), sent.kind, self.actor.name,
            encoding=sent.encoding, options=sent.options.model_dump(exclude_none=True),
        )  # fmt: skip
        audit(self.actor.name, "import.upload", f"import:{made.pk}", name=made.name, kind=made.kind)
        if sent.mapping is None:
            return Response(services.imports_show([made])[0], status=201)
        return _started(self.actor, made, Start(mapping=None if sent.mapping == "auto" else sent.mapping))


def _started(actor: Actor, found: FileImport, sent: Start) -> Response:
    mapping = services.mapping_read(found, _asked(found, sent))
    job = services.import_start(
        found, mapping, sent.options.model_dump(exclude_none=True, exclude_unset=True), plain=actor.may(REVEAL)
    )
    audit(actor.name, "import.start", f"import:{found.pk}")
    return Response({**job_show(job), "import_id": str(found.pk)}, status=202)


def _asked(found: FileImport, sent: Start) -> services.Asked:
    if sent.mapping is not None:
        return sent.mapping
    return {f"#{i + 1}": target for i, target in enumerate(found.mapping)}


class ImportView(TenantView):
    resource = "customers"

    @extend_schema(operation_id="imports_get", responses=ImportOut)
    def get(self, request: Request, import_id: str) -> Response:
        return Response(services.imports_show([access_import(import_id)])[0])


class ImportPreviewView(TenantView):
    """What would become of the first hundred rows. Nothing is written."""

    resource = "customers"

    @extend_schema(operation_id="imports_preview", request=Start, responses=ImportPreview)
    def post(self, request: Request, import_id: str) -> Response:
        found, sent = access_import(import_id), self.body(Start)
        found.options = {**found.options, **sent.options.model_dump(exclude_none=True, exclude_unset=True)}
        mapping = services.mapping_read(found, _asked(found, sent))
        return Response({"rows": services.import_preview(found, mapping, plain=self.actor.may(REVEAL))})


class ImportStartView(TenantView):
    resource = "customers"

    @extend_schema(operation_id="imports_start", request=Start, responses={202: ImportJob})
    def post(self, request: Request, import_id: str) -> Response:
        return _started(self.actor, access_import(import_id), self.body(Start))


class ImportUndoView(TenantView):
    resource = "customers"

    @extend_schema(operation_id="imports_undo", request=None, responses={202: JobOut})
    def post(self, request: Request, import_id: str) -> Response:
        found = access_import(import_id)
        job = services.import_undo(found)
        audit(self.actor.name, "import.undo", f"import:{found.pk}")
        return Response(job_show(job), status=202)
