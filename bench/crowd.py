"""A tenant of 1,000,000 customers and 10,000,000 events over two years, written by the database itself, once.

It stays in the bench's database and is found again by its name; a size that was not finished is made anew. What is random
comes from hashes of the numbers, so every installation has the same people.
"""

from dataclasses import dataclass

from django.db import connection

from bench.installation import Installation
from bench.measure import Say
from customers.models import AttributeDefinition
from customers.vault import vault
from tenants.models import Tenant

EVENTS_EACH, DAYS = 10, 730
# share of a thousand → name
NAMES = (
    (500, "product.viewed"), (650, "cart.added"), (850, "order.paid"), (930, "sign.in"), (980, "message.delivered"), (1000, "message.opened")
)  # fmt: skip
_TYPES = {"city": "string", "age": "number", "birthday": "date", "level": "string", "n": "number"}

_CUSTOMERS = """
    INSERT INTO customers_customer (tenant_id, external_id, attributes, blocked, created_at, updated_at)
    SELECT %(tenant)s, 'a' || g, jsonb_build_object(
        'n', g, 'name', '客户' || g, 'city', (ARRAY['上海','杭州','北京','深圳','广州','成都','南京','苏州'])[1 + (h & 7)],
        'age', 18 + (h >> 4) %% 60, 'birthday', (date '1950-01-01' + ((h >> 3) %% 20000)::int)::text,
        'level', (ARRAY['普通','银卡','金卡','钻石'])[1 + ((h >> 9) & 3)]), (h %% 500) = 0,
        now() - make_interval(days => (h %% 900)::int), now() - make_interval(days => (h %% 300)::int)
    FROM (SELECT g, abs(hashint4(g::int)::bigint) AS h FROM generate_series(1, %(people)s) AS g) AS s ORDER BY g
"""
_CONSENTS = """
    INSERT INTO customers_consent (tenant_id, customer_id, channel, granted, covers_service, at, source)
    SELECT tenant_id, id, channel, (abs(hashint8(id)) %% 10) < 8, false, created_at, 'bench'
    FROM customers_customer, (VALUES ('sms', 7), ('email', 4)) AS k (channel, tenth)
    WHERE tenant_id = %(tenant)s AND abs(hashint8(id + 1)) %% 10 < tenth
"""
_WITH_PHONE = """
    SELECT array_agg(id) FROM customers_customer WHERE tenant_id = %(tenant)s AND abs(hashint8(id + 2)) %% 10 < 8
    GROUP BY id / 20000
"""
_IDENTITIES = """
    INSERT INTO customers_identity (tenant_id, kind, digest, sealed, customer_id, proved, created_at)
    SELECT %(tenant)s, 'phone', d, s, c, true, now() FROM unnest(%(digests)s::bytea[], %(sealed)s::bytea[], %(people)s::bigint[]) AS i (d, s, c)
"""
_TAGS = """
    WITH made AS (
        INSERT INTO customers_tag (tenant_id, name, layer, description, created_at)
        SELECT %(tenant)s, '标签' || t, (ARRAY['basic','behaviour','value'])[1 + t %% 3], '', now() FROM generate_series(1, 12) AS t RETURNING id, name)
    INSERT INTO customers_customertag (tenant_id, tag_id, customer_id, at)
    SELECT c.tenant_id, made.id, c.id, c.created_at FROM customers_customer c, made
    WHERE c.tenant_id = %(tenant)s AND abs(hashint8(c.id * 31 + made.id)) %% 8 = 0
"""
# one month at a time, so that each partition is written in one go
_EVENTS = """
    INSERT INTO customers_event (tenant_id, event_id, customer_id, name, occurred_at, properties, received_at)
    SELECT %(tenant)s, 'a' || g, %(first)s + (abs(hashint8(g)::bigint) %% %(people)s), name,
        %(begin)s::timestamptz + make_interval(secs => (%(seconds)s * ((g - %(low)s)::float8 / %(count)s))),
        CASE WHEN name LIKE 'message.%%' THEN jsonb_build_object('message', (g / 2)::text, 'channel', 'sms', 'canvas', '1', 'template', '1')
        ELSE jsonb_build_object('amount', 10 + (h >> 3) %% 490, 'sku', 's' || (h >> 5) %% 200,
            'items', jsonb_build_array(jsonb_build_object('sku', 's' || (h >> 5) %% 200, 'category', 'c' || (h >> 5) %% 12, 'quantity', 1 + h %% 3))) END, now()
    FROM (SELECT g, h, CASE {cases} END AS name FROM
        (SELECT g, abs(hashint8(g + 7)::bigint) AS h FROM generate_series(%(low)s, %(low)s + %(count)s - 1) AS g) AS numbered) AS named
"""


@dataclass(frozen=True)
class Crowd:
    installation: Installation
    people: int

    @property
    def tenant(self) -> int:
        return int(self.installation.tenant.pk)


def crowd(people: int, say: Say) -> Crowd:
    """The tenant of so many customers, made if it is not there yet."""
    name = f"bench crowd {people}"
    known = Tenant.objects.filter(name=name).order_by("pk").first()
    if known is not None:
        return Crowd(Installation(name, known), people)
    made = Crowd(Installation(name + " (unfinished)"), people)
    _fill(made, say)
    Tenant.objects.filter(pk=made.tenant).update(name=name)
    return made


def _fill(made: Crowd, say: Say) -> None:
    with made.installation.scope():
        for key, kind in _TYPES.items():
            AttributeDefinition.objects.create(key=key, type=kind)
    for sql in (_CUSTOMERS, _CONSENTS, _TAGS):
        _run(made, sql)
    phones(made)
    say(f"  {made.people:,} customers are there")
    months = _months(made)
    total, low = made.people * EVENTS_EACH, 1
    seconds = sum(length for _, length in months)
    for begin, length in months:
        count = int(total * length / seconds)
        _run(made, _EVENTS.replace("{cases}", _cases()), low=low, count=count, begin=begin, seconds=length)
        low += count
        say(f"  {low - 1:,} events are there")
    _vacuum()


def phones(made: Crowd) -> None:
    """Sealed as the product seals them, so that a preview can show the people."""
    with made.installation.scope(), connection.cursor() as cursor:
        keys = vault()
        cursor.execute(_WITH_PHONE, {"tenant": made.tenant})
        for (group,) in cursor.fetchall():
            values = [f"+8613{customer:09d}" for customer in group]
            digests = [keys.digest("phone", value) for value in values]
            sealed = [keys.seal("phone", d, value) for d, value in zip(digests, values, strict=True)]
            cursor.execute(_IDENTITIES, {"tenant": made.tenant, "digests": digests, "sealed": sealed, "people": group})


def _vacuum() -> None:
    with connection.cursor() as cursor:
        for table in ("customer", "consent", "identity", "customertag", "event"):
            cursor.execute(f"VACUUM (ANALYZE) customers_{table}")


def _cases() -> str:
    return " ".join(f"WHEN h % 1000 < {limit} THEN '{name}'" for limit, name in NAMES).replace("%", "%%")


def _months(made: Crowd) -> list[tuple[str, float]]:
    """(begin, seconds) of each month up to now, with its partition."""
    with made.installation.scope(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT customers_event_partition(m::date) FROM generate_series(date_trunc('month', now() - make_interval(days => %s)), now(), '1 month') AS m",
            [DAYS],
        )
        cursor.execute(
            "SELECT m::text, extract(epoch FROM least(m + interval '1 month', now()) - m)::float8 "
            "FROM generate_series(date_trunc('month', now() - make_interval(days => %s)), now(), '1 month') AS m",
            [DAYS],
        )
        return [(begin, length) for begin, length in cursor.fetchall() if length > 1]


def _run(made: Crowd, sql: str, **params: object) -> None:
    with made.installation.scope(), connection.cursor() as cursor:
        cursor.execute("SELECT min(id) FROM customers_customer WHERE tenant_id = %s", [made.tenant])
        first = cursor.fetchone()[0]
        cursor.execute(sql, {"tenant": made.tenant, "people": made.people, "first": first, **params})  # type: ignore[dict-item]  # values are SQL parameters


def sizes(made: Crowd) -> str:
    """Rows and megabytes of the tables, indexes apart."""
    with made.installation.scope(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT sum(pg_table_size(i.relid)), sum(pg_indexes_size(i.relid)) FROM pg_partition_tree('customers_event') AS i"
        )
        events = cursor.fetchone()
        cursor.execute("SELECT pg_table_size('customers_customer'), pg_indexes_size('customers_customer')")
        customers = cursor.fetchone()
    mega = [int(x) // 2**20 for x in (*customers, *events)]
    return f"customers {mega[0]} MB + indexes {mega[1]} MB, events {mega[2]} MB + indexes {mega[3]} MB"
