"""Jobs and the files that they leave, over HTTP."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from django.http import StreamingHttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from pydantic import AwareDatetime
from rest_framework.request import Request
from rest_framework.response import Response

from kernel.access import one_or_404
from kernel.clock import db_now
from kernel.errors import Code, ProblemError
from kernel.pagination import paginate
from kernel.schema import Body
from tenants.files import file_parts
from tenants.jobs import job_cancel, job_show
from tenants.models import Job, StoredFile
from tenants.rest.base import TenantView
from tenants.scope import current_tenant_id


class JobOut(Body):
    """status: queued · running · succeeded · failed · cancelled. `errors_url`, `file_url`: to be fetched with the same log-in."""

    id: str
    kind: str
    status: str
    done: int
    total: int | None
    result: dict[str, Any] | None
    error: dict[str, Any] | None
    errors_url: str | None
    file_url: str | None
    created_at: AwareDatetime
    finished_at: AwareDatetime | None


class JobsPage(Body):
    results: list[JobOut]
    next: str | None


class JobsView(TenantView):
    scopes = {"GET": "customers:read"}

    @extend_schema(
        operation_id="jobs_list",
        parameters=[OpenApiParameter(name, str) for name in ("kind", "status", "cursor", "page_size")],
        responses=JobsPage,
    )
    def get(self, request: Request) -> Response:
        asked = {name: request.query_params[name] for name in ("kind", "status") if request.query_params.get(name)}
        return Response(paginate(request, Job.objects.filter(**asked), job_show))


class JobView(TenantView):
    scopes = {"GET": "customers:read"}

    @extend_schema(operation_id="jobs_get", responses=JobOut)
    def get(self, request: Request, job_id: str) -> Response:
        return Response(job_show(one_or_404(Job.objects.all(), job_id)))


class JobCancelView(TenantView):
    scopes = {"POST": "customers:write"}

    @extend_schema(operation_id="jobs_cancel", request=None, responses=JobOut)
    def post(self, request: Request, job_id: str) -> Response:
        job = one_or_404(Job.objects.all(), job_id)
        job_cancel(job)
        job.refresh_from_db()
        return Response(job_show(job))


class FileView(TenantView):
    """A file as it was stored. Each file says itself what one must be allowed in order to read it."""

    scopes = {"GET": "customers:read"}

    @extend_schema(operation_id="files_get", responses={(200, "application/octet-stream"): OpenApiTypes.BINARY})
    def get(self, request: Request, file_id: str) -> StreamingHttpResponse:
        file = one_or_404(StoredFile.objects.filter(expires_at__gt=db_now()), file_id)
        if not self.actor.may(file.scope):
            raise ProblemError(Code.FORBIDDEN, scope=file.scope)
        return _download(file, file_parts(current_tenant_id(), file.pk))


def _download(file: StoredFile, parts: Iterator[bytes]) -> StreamingHttpResponse:
    headers = {
        "Content-Length": str(file.size),
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(file.name, safe='')}",
        "Cache-Control": "no-store",
    }
    return StreamingHttpResponse(parts, content_type=file.media_type, headers=headers)
