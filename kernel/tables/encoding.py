"""Which encoding is this text in? UTF-8 with or without mark, UTF-16, GB18030. The whole file is looked at, not its beginning."""

import codecs
from typing import IO

from kernel.errors import ProblemError, TableCode

BLOCK = 1024 * 1024
KNOWN = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb18030")
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_FEW = 0.01  # a hundredth of the characters may be broken before another encoding is likelier


def detect(file: IO[bytes]) -> str:
    """Name of a codec. Raises ENCODING_UNKNOWN, FILE_EMPTY. Leaves the file at its beginning."""
    start = _from_start(file, 4096)
    if not start.strip(b"\0\r\n\t \xef\xbb\xbf"):
        raise ProblemError(TableCode.FILE_EMPTY)
    for mark, name in _MARKS:
        if start.startswith(mark):
            return name
    wide = _wide(start)
    if wide:
        return wide
    broken, foreign = _utf8_faults(file)
    if not broken or broken < foreign * _FEW:
        return "utf-8"
    if _decodes(file, "gb18030"):
        return "gb18030"
    if broken < foreign:
        return "utf-8"
    raise ProblemError(TableCode.ENCODING_UNKNOWN)


def _from_start(file: IO[bytes], size: int) -> bytes:
    file.seek(0)
    start = file.read(size)
    file.seek(0)
    return start


def _wide(start: bytes) -> str | None:
    """UTF-16 without a mark: every other byte of plain text is zero."""
    half = len(start) // 2
    if half < 4:
        return None
    if start[1::2].count(0) > half * 0.4 and start[0::2].count(0) < half * 0.05:
        return "utf-16-le"
    if start[0::2].count(0) > half * 0.4 and start[1::2].count(0) < half * 0.05:
        return "utf-16-be"
    return None


def _utf8_faults(file: IO[bytes]) -> tuple[int, int]:
    """Bytes that are not UTF-8, and characters beyond ASCII that are."""
    decoder, broken, foreign = codecs.getincrementaldecoder("utf-8")("surrogateescape"), 0, 0
    file.seek(0)
    while True:
        raw = file.read(BLOCK)
        text = decoder.decode(raw, final=not raw)
        if not text.isascii():
            bad = sum("\udc80" <= c <= "\udcff" for c in text) if not _clean(text) else 0
            broken, foreign = broken + bad, foreign + len(text) - len(text.encode("ascii", "ignore")) - bad
        if not raw or (broken > 10_000 and broken > foreign):
            file.seek(0)
            return broken, foreign


def _clean(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _decodes(file: IO[bytes], name: str) -> bool:
    decoder = codecs.getincrementaldecoder(name)()
    file.seek(0)
    try:
        while raw := file.read(BLOCK):
            decoder.decode(raw)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    finally:
        file.seek(0)
    return True
