"""How WeChat and WeCom sign and encrypt what they send to our callback address.

Wire format: developers.weixin.qq.com (消息加解密) and developer.work.weixin.qq.com/document/path/90968. The key is
base64(EncodingAESKey + "="), AES-256-CBC with the key's first 16 bytes as IV and PKCS#7 to blocks of 32; inside are 16 random
bytes, the length as 4 bytes big-endian, the message, and the receiver's id (app_id, or corp_id at WeCom).
"""

import base64
import binascii
import hmac
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha1
from typing import Final
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from channels.errors import ChannelCode
from kernel.errors import ProblemError

_BLOCK, _RANDOM, _LENGTH = 32, 16, 4
KEY_LENGTH: Final = 43
_CDATA = re.compile(rb"<!\[CDATA\[.*?\]\]>", re.DOTALL)


def signature(*parts: str) -> str:
    """SHA-1 of the sorted parts: token, timestamp, nonce, and the ciphertext where there is one."""
    return sha1("".join(sorted(parts)).encode(), usedforsecurity=False).hexdigest()


@dataclass(frozen=True)
class Door:
    """What the callback address of an account was set up with. receiver: app_id or corp_id."""

    token: str = field(repr=False)
    aes_key: str = field(repr=False)
    receiver: str

    def verify(self, given: str, *parts: str) -> None:
        """Raises FORGED."""
        if not self.token or not hmac.compare_digest(given.encode(), signature(self.token, *parts).encode()):
            raise ProblemError(ChannelCode.FORGED)

    def open(self, sealed: str) -> bytes:
        """The message inside. Raises FORGED for what was not sealed with our key for us."""
        try:
            raw = self._cipher().decryptor().update(base64.b64decode(sealed, validate=True))
        except (ValueError, binascii.Error) as error:
            raise ProblemError(ChannelCode.FORGED) from error
        pad = raw[-1] if raw else 0
        if not 1 <= pad <= _BLOCK or len(raw) < _RANDOM + _LENGTH + pad:
            raise ProblemError(ChannelCode.FORGED)
        inside = raw[_RANDOM:-pad]
        size = int.from_bytes(inside[:_LENGTH], "big")
        message, receiver = inside[_LENGTH : _LENGTH + size], inside[_LENGTH + size :]
        if len(message) != size or not hmac.compare_digest(receiver, self.receiver.encode()):
            raise ProblemError(ChannelCode.FORGED)
        return message

    def seal(self, message: bytes, random: bytes | None = None) -> str:
        """Base64 of the message encrypted for `receiver`."""
        start = random if random is not None else secrets.token_bytes(_RANDOM)
        plain = start + len(message).to_bytes(_LENGTH, "big") + message + self.receiver.encode()
        pad = _BLOCK - len(plain) % _BLOCK
        return base64.b64encode(self._cipher().encryptor().update(plain + bytes([pad]) * pad)).decode()

    def _cipher(self) -> Cipher[modes.CBC]:
        key = base64.b64decode(self.aes_key + "=")
        return Cipher(algorithms.AES(key), modes.CBC(key[:16]))

    def checked(self, query: Mapping[str, str]) -> bytes:
        """The echo of a GET that checks the address, as it must be answered. Raises FORGED."""
        stamp, nonce, echo = query.get("timestamp", ""), query.get("nonce", ""), query.get("echostr", "")
        if "msg_signature" in query:
            self.verify(query["msg_signature"], stamp, nonce, echo)
            return self.open(echo)
        self.verify(query.get("signature", ""), stamp, nonce)
        return echo.encode()

    def read(self, query: Mapping[str, str], body: bytes) -> Element:
        """The <xml> of a pushed message, plain or encrypted. Raises FORGED, also for what is no XML."""
        stamp, nonce, tree = query.get("timestamp", ""), query.get("nonce", ""), tree_of(body)
        sealed = tree.findtext("Encrypt")
        if sealed is not None:
            self.verify(query.get("msg_signature", ""), stamp, nonce, sealed)
            return tree_of(self.open(sealed))
        if self.aes_key:  # whoever set up a key is sent nothing in clear
            raise ProblemError(ChannelCode.FORGED)
        self.verify(query.get("signature", ""), stamp, nonce)
        return tree


def tree_of(body: bytes) -> Element:
    """Raises FORGED for what is no XML, and for declarations: there is nothing to expand or to fetch."""
    if b"<!" in _CDATA.sub(b"", body):
        raise ProblemError(ChannelCode.FORGED)
    try:
        return ElementTree.fromstring(body)
    except ElementTree.ParseError as error:
        raise ProblemError(ChannelCode.FORGED) from error


def fields(tree: Element) -> dict[str, str]:
    """<xml><Name>value</Name>…</xml> by name; of elements with parts, see the tree."""
    return {child.tag: child.text or "" for child in tree if len(child) == 0}
