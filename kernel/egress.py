"""Where outgoing requests may go: loopback, private and link-local targets are refused unless the operator allows them.

The address that was checked is the address that is connected to, so a name cannot be rebound in between.
"""

import ipaddress
import socket
from typing import Any
from urllib.parse import urlsplit

from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver
from django.conf import settings

from kernel.language import Text

REFUSED = Text(
    "不允许访问内网或本机地址 {host};如需使用,请让管理员设置 CANVAS_ALLOW_PRIVATE_EGRESS",
    "Private and loopback targets such as {host} are refused; the operator can allow them by CANVAS_ALLOW_PRIVATE_EGRESS",
)


class EgressRefused(OSError):
    """The target is not one that this installation may call."""


def allowed(address: str) -> bool:
    """May this IP address be called?"""
    ip = ipaddress.ip_address(address)
    ip = getattr(ip, "ipv4_mapped", None) or ip
    if settings.ALLOW_PRIVATE_EGRESS == "all":
        return True
    if settings.ALLOW_PRIVATE_EGRESS == "loopback" and ip.is_loopback:
        return True
    return ip.is_global and not ip.is_multicast


class GuardedResolver(AbstractResolver):
    """aiohttp resolver that hands out allowed addresses only. Raises EgressRefused."""

    def __init__(self) -> None:
        self._inner = ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        found = await self._inner.resolve(host, port, family)
        good = [entry for entry in found if allowed(entry["host"])]
        if not good:
            raise EgressRefused(REFUSED.say(host=host))
        return good

    async def close(self) -> None:
        await self._inner.close()


def check_url(url: str) -> str | None:
    """None when `url` may be called as far as can be told without asking DNS, else the reason.

    aiohttp asks no resolver for a literal address, so those are judged here before each call.
    """
    parts: Any = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return Text("需要 http 或 https 地址", "An http or https address is needed").say()
    try:
        literal = ipaddress.ip_address(parts.hostname)
    except ValueError:
        return None
    return None if allowed(str(literal)) else REFUSED.say(host=parts.hostname)
