"""Consent by channel: the latest word of each customer. Silence is not consent; what withdraws it is told at once."""

from collections.abc import Iterable
from typing import Any

from django.db import connection

from customers import events
from customers.people import fetch_within
from customers.stage import stage
from kernel.copy import id_list
from kernel.events import publish
from kernel.sets import People, people, to_array
from tenants.scope import current_tenant_id

Word = tuple[int, str, bool | None]  # customer, channel, granted (None: forget)

_BEFORE = """
    SELECT c.customer_id, c.channel, c.granted, c.covers_service FROM customers_consent c
    WHERE c.tenant_id = %(tenant)s AND (c.channel, c.customer_id) IN (SELECT channel, customer_id FROM stage_consent)
    ORDER BY c.channel, c.customer_id FOR UPDATE
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
    said = list(words)
    if not said:
        return
    stage("stage_consent", said)
    params: dict[str, Any] = {"tenant": current_tenant_id(), "covers": covers_service, "source": source}
    with connection.cursor() as cursor:
        cursor.execute(_BEFORE, params)
        before = cursor.fetchall()
        if any(granted is None for _, _, granted in said):
            cursor.execute(_FORGET, params)
        cursor.execute(_WRITE, params)
    _tell(
        before,
        {(customer, channel) for customer, channel, granted in said if granted is False},
        covers_service,
    )


def consents_forget(group: People) -> None:
    """Nothing is known any more of what these people said."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM customers_consent WHERE tenant_id = %s AND customer_id = ANY(%s::bigint[])",
            [current_tenant_id(), id_list(group)],
        )


def _tell(
    before: list[tuple[int, str, bool, bool]], noes: set[tuple[int, str]], covers_service: bool
) -> None:
    withdrawn: dict[str, list[int]] = {}
    for customer, channel, granted, covered in before:
        if (customer, channel) in noes and (granted or (covers_service and not covered)):
            withdrawn.setdefault(channel, []).append(customer)
    for channel, ids in sorted(withdrawn.items()):
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
