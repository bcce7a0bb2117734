"""Consent by channel: the latest word of each customer. Silence is not consent; what withdraws it is told at once."""

from collections.abc import Iterable
from typing import Any

from django.db import connection

from customers import events
from customers.people import fetch_within
from customers.stage import stage_text
from kernel.copy import id_list
from kernel.events import publish
from kernel.sets import People, people, to_array
from tenants.scope import current_tenant_id

Word = tuple[int, str, bool | None]  # customer, channel, granted (None: forget)

_CELLS = {True: "t", False: "f", None: "\\N"}

_SAID = """
    SELECT c.customer_id, c.channel, c.granted, c.covers_service FROM customers_consent c
    WHERE c.tenant_id = %(tenant)s AND c.channel = ANY(%(channels)s) AND c.customer_id = ANY(%(ids)s::bigint[])
"""
_FORGET = """
    DELETE FROM customers_consent c USING stage_consent s
    WHERE s.granted IS NULL AND c.tenant_id = %(tenant)s AND c.channel = s.channel AND c.customer_id = s.customer_id
"""
_WRITE = """
    INSERT INTO customers_consent AS c (tenant_id, channel, customer_id, granted, covers_service, source, at)
    SELECT %(tenant)s, channel, customer_id, granted, NOT granted AND %(covers)s, %(source)s, now()
    FROM stage_consent WHERE granted IS NOT NULL ORDER BY channel, customer_id
    ON CONFLICT (tenant_id, channel, customer_id) DO UPDATE SET granted = excluded.granted, source = excluded.source, at = now(),
        covers_service = NOT excluded.granted AND (c.covers_service OR excluded.covers_service)
    WHERE (c.granted, c.covers_service) IS DISTINCT FROM
        (excluded.granted, NOT excluded.granted AND (c.covers_service OR excluded.covers_service))
"""
_FIRST = """
    INSERT INTO customers_consent (tenant_id, channel, customer_id, granted, covers_service, source, at)
    SELECT %(tenant)s, channel, customer_id, granted, false, %(source)s, now()
    FROM stage_consent WHERE granted IS NOT NULL ORDER BY channel, customer_id
"""
_WITHDRAWN = """
    WITH changed AS (SELECT id AS customer_id, jsonb_build_object('channel', %(channel)s::text) AS properties FROM unnest(%(ids)s::bigint[]) AS id)
"""


def consent_set(
    group: People, channel: str, granted: bool | None, *, covers_service: bool = False, source: str
) -> None:
    """What these people said about `channel`. None forgets; `covers_service`: their no covers service messages too."""
    consents_write(
        [(customer, channel, granted) for customer in to_array(group).tolist()],
        source=source,
        covers_service=covers_service,
    )


def consents_write(words: Iterable[Word], *, source: str, covers_service: bool = False) -> None:
    """At most one word for each (customer, channel). A yes that becomes a no publishes `customers.consent_withdrawn`
    (channel, people) and records `consent.withdrawn`, in this transaction."""
    before = _said_before(words := list(words))
    new = [word for word in words if _is_news(word, before.get(word[:2]), covers_service)]
    if not new:
        return
    before = _said_before(new, lock=True)
    _stage(new)
    params: dict[str, Any] = {"tenant": current_tenant_id(), "covers": covers_service, "source": source}
    with connection.cursor() as cursor:
        if any(granted is None for _, _, granted in new):
            cursor.execute(_FORGET, params)
        cursor.execute(_WRITE, params)
    noes = {word[:2] for word in new if word[2] is False}
    _tell([key for key in noes if key in before and (before[key][0] or (covers_service and not before[key][1]))])


def consents_first(words: list[Word], *, source: str) -> None:
    """What customers said who are new in this transaction: there is nothing to compare it with."""
    if words:
        _stage(words)
        with connection.cursor() as cursor:
            cursor.execute(_FIRST, {"tenant": current_tenant_id(), "source": source})


def _stage(words: list[Word]) -> None:
    rows = [f"{customer}\t{channel}\t{_CELLS[said]}\n" for customer, channel, said in words]
    stage_text("stage_consent", "".join(rows))


def _is_news(word: Word, before: tuple[bool, bool] | None, covers_service: bool) -> bool:
    if word[2] is None:
        return before is not None
    return before is None or before[0] is not word[2] or (word[2] is False and covers_service and not before[1])


def _said_before(words: list[Word], *, lock: bool = False) -> dict[tuple[int, str], tuple[bool, bool]]:
    """(customer, channel) → (granted, covers_service)."""
    if not words:
        return {}
    ids, channels = {word[0] for word in words}, sorted({word[1] for word in words})
    order = " ORDER BY c.channel, c.customer_id FOR UPDATE" if lock else ""
    with connection.cursor() as cursor:
        params: dict[str, Any] = {"tenant": current_tenant_id(), "channels": channels, "ids": id_list(people(ids))}
        cursor.execute(_SAID + order, params)
        return {(customer, channel): (granted, covers) for customer, channel, granted, covers in cursor.fetchall()}


def consents_forget(group: People) -> None:
    """Nothing is known any more of what these people said."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM customers_consent WHERE tenant_id = %s AND customer_id = ANY(%s::bigint[])",
            [current_tenant_id(), id_list(group)],
        )


def _tell(withdrawn: list[tuple[int, str]]) -> None:
    for channel in sorted({channel for _, channel in withdrawn}):
        ids = sorted(customer for customer, of in withdrawn if of == channel)
        events.record_own(_WITHDRAWN, {"channel": channel, "ids": ids}, "consent.withdrawn")
        publish("customers.consent_withdrawn", channel=channel, people=people(ids))


def granted(channel: str, within: People | None = None) -> People:
    """Those whose latest word is yes."""
    return _said("granted", channel, within)


def refused_service(channel: str, within: People | None = None) -> People:
    """Those whose no covers service messages too."""
    return _said("NOT granted AND covers_service", channel, within)


def _said(condition: str, channel: str, within: People | None) -> People:
    sql = f"SELECT customer_id FROM customers_consent WHERE tenant_id = %s AND channel = %s AND {condition}"
    return fetch_within(sql, [current_tenant_id(), channel], "customer_id", within)
