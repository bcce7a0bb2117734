"""What a channel takes in a field: lengths in characters or bytes, and the data types of WeChat's templates.

Texts with variables are judged by what is written out; the preview judges them again when they are filled in.
Sources: developers.weixin.qq.com …/subscribe-message/api_sendmessage (data types), developer.work.weixin.qq.com path/90236, 92135.
"""

import re
from collections.abc import Iterator
from typing import Any, Final

from channels.errors import ChannelCode
from kernel.errors import FieldProblem, problem_at
from kernel.language import Text
from kernel.schema import pointer

_LIQUID = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
_CHARACTERS, _BYTES = Text("个字符", "characters"), Text("字节", "bytes")
_TYPE = re.compile(r"\A(thing|number|letter|symbol|character_string|time|date|amount|phone_number|car_number|name|phrase|const)\d*\Z")  # fmt: skip
_LONGEST: Final = {
    "thing": 20, "number": 32, "letter": 32, "symbol": 5, "character_string": 32, "phone_number": 17, "car_number": 8,
    "name": 20, "phrase": 5, "const": 20,
}  # fmt: skip
_SHAPE: Final = {
    "number": (re.compile(r"[0-9.]*"), Text("数字,可带小数", "digits, decimals allowed")),
    "letter": (re.compile(r"[A-Za-z]*"), Text("字母", "letters")),
    "symbol": (re.compile(r"[^\w\s]*"), Text("符号", "symbols")),
    "character_string": (re.compile(r"[!-~]*"), Text("数字、字母或符号", "digits, letters or symbols")),
    "amount": (re.compile(r"[¥$€£¥]?[0-9]{0,10}(\.[0-9]{0,2})?元?"), Text("金额:1 个币种符号加 10 位以内数字,可带小数,可以“元”结尾", "an amount: a currency sign and up to 10 digits, decimals allowed, 元 may follow")),
    "phone_number": (re.compile(r"[0-9+() -]*"), Text("电话号码", "a phone number")),
    "phrase": (re.compile(r"[\u4e00-\u9fff]*"), Text("汉字", "Chinese characters")),
}  # fmt: skip


def data_problems(data: dict[str, str], at: str = "/data") -> list[FieldProblem]:
    """Values of a WeChat template by the data type that their key names; keys of the older templates name none."""
    return [p for key, value in data.items() if (known := _TYPE.match(key)) for p in _value(key, known[1], value, at + pointer(key))]  # fmt: skip


def _value(key: str, kind: str, value: str, at: str) -> Iterator[FieldProblem]:
    written, whole = _LIQUID.sub("", value), not _LIQUID.search(value)
    most = 10 if kind == "name" and not written.isascii() else _LONGEST.get(kind)
    if most is not None and len(written) > most:
        yield too_long(at, key, most, len(written), _CHARACTERS)
    shape = _SHAPE.get(kind)
    if whole and shape and not shape[0].fullmatch(value):
        yield problem_at(at, ChannelCode.BAD_FOR_TYPE, field=key, wanted=shape[1].say())


def bytes_problems(content: dict[str, Any], limits: dict[str, int]) -> list[FieldProblem]:
    """limits: dotted field → bytes of UTF-8 that the platform takes."""
    found = []
    for path, most in limits.items():
        value = _at(content, path)
        length = len(_LIQUID.sub("", value).encode()) if isinstance(value, str) else 0
        if length > most:
            found.append(too_long(pointer(*path.split(".")), path, most, length, _BYTES))
    return found


def missing_part(content: dict[str, Any]) -> list[FieldProblem]:
    """Of contents whose `msgtype` names the part that has to be there."""
    kind = content["msgtype"]
    return [] if content.get(kind) else [problem_at(pointer(kind), ChannelCode.MISSING_PART, kind=kind, field=kind)]


def too_long(at: str, field: str, most: int, length: int, unit: Text = _CHARACTERS) -> FieldProblem:
    return problem_at(at, ChannelCode.TOO_LONG_FOR, field=field, limit=most, length=length, unit=unit.say())


def _at(content: Any, path: str) -> Any:
    for key in path.split("."):
        content = content.get(key) if isinstance(content, dict) else None
    return content
