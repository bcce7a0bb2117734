"""Errors as RFC 9457 problem documents: one exception, one catalogue of codes, one handler."""

import enum
import logging
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils.cache import patch_vary_headers
from rest_framework import exceptions
from rest_framework.response import Response

from kernel.language import Text

log = logging.getLogger(__name__)


class Code(enum.Enum):
    """code = (HTTP status, text). Rooms add their own enums with the same shape."""

    MALFORMED_JSON = (
        400,
        Text(
            "请求正文不是有效的 JSON(第 {line} 行第 {column} 列)",
            "The body is not valid JSON (line {line}, column {column})",
        ),
    )
    INVALID = (400, Text("请求里有 {count} 处错误", "The request has {count} problem(s)"))
    TOO_MANY_ROWS = (
        400,
        Text("一次最多 {limit} 行,收到 {count} 行", "At most {limit} rows at a time, got {count}"),
    )
    NOT_AUTHENTICATED = (401, Text("需要登录或 API 密钥", "Log in or send an API key"))
    BAD_CREDENTIALS = (401, Text("用户名或密码不正确", "Wrong user name or password"))
    BAD_KEY = (401, Text("API 密钥无效、已过期或已吊销", "The API key is unknown, expired or revoked"))
    FORBIDDEN = (403, Text("没有权限:需要 {scope}", "Not allowed: {scope} is needed"))
    CSRF_FAILED = (
        403,
        Text("CSRF 校验失败,请刷新页面后重试", "CSRF check failed; reload the page and try again"),
    )
    NOT_FOUND = (404, Text("找不到该对象", "No such object"))
    METHOD_NOT_ALLOWED = (405, Text("此地址不支持 {method}", "{method} is not supported here"))
    NOT_ACCEPTABLE = (406, Text("无法提供所请求的格式", "The requested format is not available"))
    UNSUPPORTED_MEDIA_TYPE = (
        415,
        Text("不支持的内容类型 {media_type}", "Unsupported content type {media_type}"),
    )
    CONFLICT = (409, Text("与现有数据冲突:{what}", "Conflicts with what is there: {what}"))
    IN_USE = (409, Text("仍在使用,不能删除:{what}", "Still in use, so it can't be deleted: {what}"))
    IDEMPOTENCY_MISMATCH = (
        409,
        Text("同一个 Idempotency-Key 已用于另一个请求", "This Idempotency-Key was used for another request"),
    )
    REVISION_REQUIRED = (428, Text('请带上 If-Match: "修订号"', 'Send If-Match: "<revision>"'))
    REVISION_STALE = (
        412,
        Text("有人先保存了:当前修订号是 {revision}", "Somebody saved first: the revision is now {revision}"),
    )
    RATE_LIMITED = (
        429,
        Text("请求太多,请在 {seconds} 秒后重试", "Too many requests; try again in {seconds} s"),
    )
    INTERNAL = (
        500,
        Text(
            "服务器内部错误,已记录(请求 {request_id})",
            "Internal error; it was recorded (request {request_id})",
        ),
    )
    JOB_ENDED = (409, Text("任务已经结束", "The job has ended already"))
    JOB_GAVE_UP = (
        500,
        Text("试了 {attempts} 次都中断了,已放弃", "It broke off {attempts} times and was given up"),
    )
    # codes of single fields
    UNKNOWN_FIELD = (400, Text("没有这个字段", "Unknown field"))
    MISSING = (400, Text("缺少必填项", "This field is required"))
    WRONG_TYPE = (400, Text("类型不对:需要{expected}", "Wrong type: expected {expected}"))
    BAD_VALUE = (400, Text("值不正确:{reason}", "Not a valid value: {reason}"))
    NUL_CHARACTER = (400, Text("文本里不能有空字符(U+0000)", "Text must not contain the NUL character (U+0000)"))
    BAD_CURSOR = (400, Text("翻页游标无效", "The page cursor is not valid"))

    @property
    def status(self) -> int:
        return int(self.value[0])

    @property
    def text(self) -> Text:
        return self.value[1]


class TableCode(enum.Enum):
    """What can be wrong with a whole file (kernel.tables). code = (HTTP status, text)."""

    FILE_EMPTY = (400, Text("文件里没有内容", "The file is empty"))
    FILE_NOT_A_TABLE = (
        400,
        Text(
            "不是 CSV 或 XLSX 文件;旧的 .xls 请另存为 .xlsx 或 CSV",
            "Neither CSV nor XLSX; save an old .xls as .xlsx or CSV first",
        ),
    )
    FILE_UNREADABLE = (400, Text("文件损坏,读不出来:{reason}", "The file is damaged and can't be read: {reason}"))
    FILE_TOO_BIG = (400, Text("文件太大:最多 {limit}", "The file is too big: at most {limit}"))
    FILE_EXPLODES = (
        400,
        Text("文件解压后太大,可能是恶意文件", "The file unpacks to far too much; it may be malicious"),
    )
    ENCODING_UNKNOWN = (
        400,
        Text(
            "认不出文件的编码,请另存为 UTF-8 再上传",
            "The encoding of the file is not known; save it as UTF-8 and try again",
        ),
    )
    QUOTE_OPEN = (
        400,
        Text("第 {row} 行起有没有配对的引号", "A quotation mark is never closed, from row {row} on"),
    )
    TOO_MANY_COLUMNS = (400, Text("最多 {limit} 列,收到 {count} 列", "At most {limit} columns, got {count}"))


@dataclass
class FieldProblem:
    """What is wrong at one place; `pointer` is a JSON pointer (RFC 6901) into the request body."""

    pointer: str
    code: str
    detail: str
    params: dict[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        return {"pointer": self.pointer, "code": self.code, "detail": self.detail}


def problem_at(pointer: str, code: enum.Enum, **params: Any) -> FieldProblem:
    """A field problem with the text of `code` (an enum with (status, Text) values)."""
    return FieldProblem(pointer, code.name.lower(), code.value[1].say(**params), params)


class ProblemError(ValueError):
    """Raise it anywhere below a view: it becomes a problem document and rolls the transaction back.

    A ValueError, so that a pydantic validator which raises it gets its pointer from the place of the field.
    code: an enum member whose value is (status, Text). errors: the places. extra: more members of the document.
    """

    def __init__(
        self,
        code: enum.Enum,
        *,
        errors: list[FieldProblem] | None = None,
        extra: dict[str, Any] | None = None,
        **params: Any,
    ) -> None:
        super().__init__(code.name)
        self.code, self.errors, self.extra, self.params = code, errors or [], extra or {}, params

    @classmethod
    def invalid(cls, errors: list[FieldProblem]) -> "ProblemError":
        return cls(Code.INVALID, errors=errors, count=len(errors))

    @classmethod
    def at(cls, pointer: str, code: enum.Enum, **params: Any) -> "ProblemError":
        """400 with a single place."""
        return cls.invalid([problem_at(pointer, code, **params)])

    @property
    def status(self) -> int:
        return int(self.code.value[0])

    def as_json(self, request_id: str = "") -> dict[str, Any]:
        title = self.code.value[1].say(**self.params)
        return {
            "type": f"urn:marketing-canvas:problem:{self.code.name.lower()}",
            "title": title,
            "status": self.status,
            "code": self.code.name.lower(),
            "detail": self.errors[0].detail if len(self.errors) == 1 else title,
            "errors": [e.as_json() for e in self.errors],
            "request_id": request_id,
            **self.extra,
        }


def _translate(error: Exception, request: Any) -> ProblemError | None:
    if isinstance(error, ProblemError):
        return error
    if isinstance(error, Http404 | exceptions.NotFound):
        return ProblemError(Code.NOT_FOUND)
    if isinstance(error, exceptions.MethodNotAllowed):
        return ProblemError(Code.METHOD_NOT_ALLOWED, method=request.method)
    if isinstance(error, exceptions.UnsupportedMediaType):
        return ProblemError(Code.UNSUPPORTED_MEDIA_TYPE, media_type=request.content_type)
    if isinstance(error, exceptions.NotAcceptable):
        return ProblemError(Code.NOT_ACCEPTABLE)
    if isinstance(error, exceptions.NotAuthenticated):
        return ProblemError(Code.NOT_AUTHENTICATED)
    if isinstance(error, exceptions.PermissionDenied | PermissionDenied):
        return ProblemError(Code.FORBIDDEN, scope=str(error) or "-")
    if isinstance(error, exceptions.ParseError):
        return ProblemError(Code.INVALID, count=1)
    return None


def exception_handler(error: Exception, context: dict[str, Any]) -> Response:
    """DRF's hook. Every answer that is not 2xx goes through here; a bug is logged whole and told with its request id."""
    request_id = getattr(context["request"], "request_id", "")
    problem = _translate(error, context["request"])
    if problem is None:
        log.exception("unhandled error, request %s", request_id)
        problem = ProblemError(Code.INTERNAL, request_id=request_id)
    response = Response(problem.as_json(request_id), status=problem.status, content_type="application/problem+json")
    if problem.status == 401:
        response["WWW-Authenticate"] = 'Bearer realm="api"'
    if "retry_after" in problem.extra:
        response["Retry-After"] = str(problem.extra["retry_after"])
    patch_vary_headers(response, ["Accept-Language"])
    return response
