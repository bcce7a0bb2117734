"""Upload of codes for a package: JSON, or a text / CSV file; a big one is taken in by a job."""

from collections.abc import Iterator
from typing import IO, Any

from drf_spectacular.utils import extend_schema
from pydantic import BaseModel, Field
from rest_framework.parsers import BaseParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from kernel.errors import Code, ProblemError
from kernel.json import JsonParser
from kernel.schema import Body, pointer
from rewards import pool
from rewards.access import access_package
from rewards.code_files import clean, rows
from rewards.errors import RewardCode
from rewards.models import Package
from rewards.uploading import upload_start
from tenants.audit import audit
from tenants.jobs import job_show
from tenants.rest.base import TenantView
from tenants.rest.jobs import JobOut

MAX_CODES = 10_000
AT_ONCE_BYTES = 1024 * 1024  # a bigger file is taken in by a job
_UPLOAD = {
    "type": "object",
    "properties": {"file": {"type": "string", "format": "binary"}},
    "required": ["file"],
}


class CodesIn(Body):
    codes: list[str] = Field(min_length=1)


class CodesOut(BaseModel):
    added: int
    duplicates: int
    available: int


def _all_good(file: IO[bytes]) -> Iterator[str]:
    """Codes of a small file. Raises BAD_CODE at the first row that can't be one."""
    for line, _, code in rows(file):
        if code is None:
            raise ProblemError.at(pointer("file", line), RewardCode.BAD_CODE)
        yield code


class CodesView(TenantView):
    resource = "rewards"
    parser_classes: list[type[BaseParser]] = [JsonParser, MultiPartParser]

    @extend_schema(
        operation_id="reward_packages_add_codes",
        request={"application/json": CodesIn, "multipart/form-data": _UPLOAD},
        responses={200: CodesOut, 202: JobOut},
    )
    def post(self, request: Request, package_id: str) -> Response:
        package = access_package(package_id)
        if not any(item["kind"] == "code" for item in package.items):
            raise ProblemError(RewardCode.NO_CODE_ITEM)
        if request.content_type.startswith("multipart/"):
            sent = self._sent(request)
            if sent.size > AT_ONCE_BYTES:
                return self._by_job(package, sent)
            codes = list(_all_good(sent.file))
        else:
            codes = self._codes()
        added, count = pool.add(package, codes), len(codes)
        audit(self.actor.name, "reward_package.codes", f"reward_package:{package.pk}", added=added)
        return Response({"added": added, "duplicates": count - added, "available": pool.free_count(package.pk)})

    def _by_job(self, package: Package, sent: Any) -> Response:
        job = upload_start(package, sent.file, sent.name or "", sent.size or 0, self.actor.name)
        audit(self.actor.name, "reward_package.codes", f"reward_package:{package.pk}", job=job.pk)
        return Response(job_show(job), status=202)

    def _codes(self) -> list[str]:
        sent = self.body(CodesIn).codes
        if len(sent) > MAX_CODES:
            raise ProblemError(Code.TOO_MANY_ROWS, limit=MAX_CODES, count=len(sent))
        codes = [clean(code) for code in sent]
        if None in codes:
            raise ProblemError.at(pointer("codes", codes.index(None)), RewardCode.BAD_CODE)
        return [code for code in codes if code is not None]

    def _sent(self, request: Request) -> Any:
        file = request.FILES.get("file")
        if file is None:
            raise ProblemError.at("/file", RewardCode.NO_FILE)
        return file
