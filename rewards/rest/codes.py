"""Upload of codes for a package: JSON, or a text / CSV file read as a stream."""

import codecs
import csv
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
from rewards.errors import RewardCode
from tenants.audit import audit
from tenants.rest.base import TenantView

MAX_CODES, MAX_LENGTH = 10_000, 100
_UPLOAD = {
    "type": "object",
    "properties": {"file": {"type": "string", "format": "binary"}},
    "required": ["file"],
}
_HEADERS = ("code", "codes", "券码", "兑换码", "优惠码")


class CodesIn(Body):
    codes: list[str] = Field(min_length=1)


class CodesOut(BaseModel):
    added: int
    duplicates: int
    available: int


def clean(code: str) -> str | None:
    """The code without blanks around it; None when it can't be one."""
    code = code.strip()
    return code if 0 < len(code) <= MAX_LENGTH and code.isprintable() else None


class Lines:
    """Codes of an uploaded file, one by one; `count` is how many were read. Raises at the first line that can't be one."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file, self.count = file, 0

    def __iter__(self) -> Iterator[str]:
        # a column called code (or alike) if the first row has one, else the first column of every row
        column, reader = 0, csv.reader(self._text())
        for number, row in enumerate(reader):
            if not any(cell.strip() for cell in row):
                continue
            named = [i for i, cell in enumerate(row) if cell.strip().lower() in _HEADERS] if number == 0 else []
            if named:
                column = named[0]
                continue
            code = clean(row[column]) if column < len(row) else None
            if code is None:
                raise ProblemError.at(pointer("file", reader.line_num), RewardCode.BAD_CODE)
            self.count += 1
            yield code

    def _text(self) -> Iterator[str]:
        head = self._file.read(4096)
        self._file.seek(0)
        try:
            codecs.getincrementaldecoder("utf-8-sig")().decode(head)
            encoding = "utf-8-sig"
        except UnicodeDecodeError:
            encoding = "gb18030"
        try:
            yield from codecs.getreader(encoding)(self._file)
        except UnicodeDecodeError as error:
            raise ProblemError.at("/file", RewardCode.BAD_FILE) from error


class CodesView(TenantView):
    resource = "rewards"
    parser_classes: list[type[BaseParser]] = [JsonParser, MultiPartParser]

    @extend_schema(
        operation_id="reward_packages_add_codes",
        request={"application/json": CodesIn, "multipart/form-data": _UPLOAD},
        responses=CodesOut,
    )
    def post(self, request: Request, package_id: str) -> Response:
        package = access_package(package_id)
        if not any(item["kind"] == "code" for item in package.items):
            raise ProblemError(RewardCode.NO_CODE_ITEM)
        if request.content_type.startswith("multipart/"):
            lines = Lines(self._file(request))
            added = pool.add(package, lines)
            count = lines.count
        else:
            codes = self._codes()
            added, count = pool.add(package, codes), len(codes)
        audit(self.actor.name, "reward_package.codes", f"reward_package:{package.pk}", added=added)
        return Response({"added": added, "duplicates": count - added, "available": pool.free_count(package.pk)})

    def _codes(self) -> list[str]:
        sent = self.body(CodesIn).codes
        if len(sent) > MAX_CODES:
            raise ProblemError(Code.TOO_MANY_ROWS, limit=MAX_CODES, count=len(sent))
        codes = [clean(code) for code in sent]
        if None in codes:
            raise ProblemError.at(pointer("codes", codes.index(None)), RewardCode.BAD_CODE)
        return [code for code in codes if code is not None]

    def _file(self, request: Request) -> Any:
        file = request.FILES.get("file")
        if file is None:
            raise ProblemError.at("/file", RewardCode.NO_FILE)
        return file.file
