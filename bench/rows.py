"""Rows to import: people with a phone, three attributes, a tag and a word on SMS; orders of one item. Deterministic."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson

BULK = 10_000
_CITIES = ("上海", "杭州", "北京", "深圳", "广州", "成都", "南京", "苏州")
_BEGIN = datetime(2026, 8, 1, tzinfo=UTC)


def customers(count: int, begin: int = 0) -> list[dict[str, Any]]:
    return [
        {
            "external_id": f"b{n}", "identities": {"phone": f"199{n:08d}"},
            "attributes": {"name": f"客户{n}", "city": _CITIES[n % 8], "n": n}, "tags": ["甲" if n % 5 else "乙"],
            "consents": {"sms": True, "webhook": True},
        }
        for n in range(begin, begin + count)
    ]  # fmt: skip


def events(count: int, people: int) -> list[dict[str, Any]]:
    return [
        {
            "event_id": f"e{n}", "customer": {"external_id": f"b{n * 7919 % people}"}, "name": "order.paid",
            "occurred_at": (_BEGIN + timedelta(seconds=37 * n)).isoformat(),
            "properties": {"order_id": f"o{n}", "amount": 10 + n % 90, "items": [{"sku": f"s{n % 50}", "quantity": 1, "price": 10 + n % 90}]},
        }
        for n in range(count)
    ]  # fmt: skip


def bodies(key: str, rows: Sequence[Any]) -> Iterator[bytes]:
    """Request bodies of the greatest size allowed."""
    for start in range(0, len(rows), BULK):
        yield orjson.dumps({key: rows[start : start + BULK]})
