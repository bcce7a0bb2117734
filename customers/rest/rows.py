"""Reads the body of a bulk request. NUL characters pass here: the row that holds one is refused, not its neighbours."""

from typing import IO, Any

import orjson

from kernel.errors import Code, ProblemError
from kernel.json import JsonParser


class RowsParser(JsonParser):
    """JSON whose rows are judged one by one by those who read them."""

    def parse(self, stream: IO[bytes], media_type: str | None = None, parser_context: Any = None) -> Any:
        try:
            return orjson.loads(stream.read() or b"{}")
        except orjson.JSONDecodeError as error:
            raise ProblemError(Code.MALFORMED_JSON, line=error.lineno, column=error.colno) from error
