"""The rows of bench/crowd as SQL: what is random comes from hashes of the numbers, so every installation has the same people."""

EVENTS_EACH, DAYS = 10, 730
# share of a thousand → name
NAMES = (
    (500, "product.viewed"), (650, "cart.added"), (850, "order.paid"), (930, "sign.in"), (980, "message.delivered"), (1000, "message.opened")
)  # fmt: skip
TYPES = {"city": "string", "age": "number", "birthday": "date", "level": "string", "n": "number"}

CUSTOMERS = """
    INSERT INTO customers_customer (tenant_id, external_id, attributes, blocked, created_at, updated_at)
    SELECT %(tenant)s, 'a' || g, jsonb_build_object(
        'n', g, 'name', '客户' || g, 'city', (ARRAY['上海','杭州','北京','深圳','广州','成都','南京','苏州'])[1 + (h & 7)],
        'age', 18 + (h >> 4) %% 60, 'birthday', (date '1950-01-01' + ((h >> 3) %% 20000)::int)::text,
        'level', (ARRAY['普通','银卡','金卡','钻石'])[1 + ((h >> 9) & 3)]), (h %% 500) = 0,
        now() - make_interval(days => (h %% 900)::int), now() - make_interval(days => (h %% 300)::int)
    FROM (SELECT g, abs(hashint4(g::int)::bigint) AS h FROM generate_series(1, %(people)s) AS g) AS s ORDER BY g
"""
CONSENTS = """
    INSERT INTO customers_consent (tenant_id, customer_id, channel, granted, covers_service, at, source)
    SELECT tenant_id, id, channel, (abs(hashint8(id)) %% 10) < 8, false, created_at, 'bench'
    FROM customers_customer, (VALUES ('sms', 7), ('email', 4)) AS k (channel, tenth)
    WHERE tenant_id = %(tenant)s AND abs(hashint8(id + 1)) %% 10 < tenth
"""
WITH_PHONE = """
    SELECT array_agg(id) FROM customers_customer WHERE tenant_id = %(tenant)s AND abs(hashint8(id + 2)) %% 10 < 8
    GROUP BY id / 20000
"""
IDENTITIES = """
    INSERT INTO customers_identity (tenant_id, kind, digest, sealed, customer_id, proved, created_at)
    SELECT %(tenant)s, 'phone', d, s, c, true, now() FROM unnest(%(digests)s::bytea[], %(sealed)s::bytea[], %(people)s::bigint[]) AS i (d, s, c)
"""
TAGS = """
    WITH made AS (
        INSERT INTO customers_tag (tenant_id, name, layer, description, created_at)
        SELECT %(tenant)s, '标签' || t, (ARRAY['basic','behaviour','value'])[1 + t %% 3], '', now() FROM generate_series(1, 12) AS t RETURNING id, name)
    INSERT INTO customers_customertag (tenant_id, tag_id, customer_id, at)
    SELECT c.tenant_id, made.id, c.id, c.created_at FROM customers_customer c, made
    WHERE c.tenant_id = %(tenant)s AND abs(hashint8(c.id * 31 + made.id)) %% 8 = 0
"""
# one month at a time, so that each partition is written in one go
EVENTS = """
    INSERT INTO customers_event (tenant_id, event_id, customer_id, name, occurred_at, properties, received_at)
    SELECT %(tenant)s, 'a' || g, %(first)s + (abs(hashint8(g)::bigint) %% %(people)s), name,
        %(begin)s::timestamptz + make_interval(secs => (%(seconds)s * ((g - %(low)s)::float8 / %(count)s))),
        CASE WHEN name LIKE 'message.%%' THEN jsonb_build_object('message', (g / 2)::text, 'channel', 'sms', 'canvas', '1', 'template', '1')
        ELSE jsonb_build_object('amount', 10 + (h >> 3) %% 490, 'sku', 's' || (h >> 5) %% 200,
            'items', jsonb_build_array(jsonb_build_object('sku', 's' || (h >> 5) %% 200, 'category', 'c' || (h >> 5) %% 12, 'quantity', 1 + h %% 3))) END, now()
    FROM (SELECT g, h, CASE {cases} END AS name FROM
        (SELECT g, abs(hashint8(g + 7)::bigint) AS h FROM generate_series(%(low)s, %(low)s + %(count)s - 1) AS g) AS numbered) AS named
"""

STAFF = """
    WITH made AS (
        INSERT INTO customers_staff (tenant_id, external_id, name, attributes, created_at)
        SELECT %(tenant)s, 's' || g, '导购' || g, jsonb_build_object('store', 'd' || g %% 20), now() FROM generate_series(1, 300) AS g
        RETURNING id, external_id),
    numbered AS (SELECT id, row_number() OVER (ORDER BY id) - 1 AS n FROM made)
    INSERT INTO customers_staffrelation (tenant_id, staff_id, customer_id, since)
    SELECT c.tenant_id, n.id, c.id, c.created_at FROM customers_customer c
    JOIN numbered n ON n.n = abs(hashint8(c.id + 3)) %% 300 OR (c.id %% 10 = 0 AND n.n = abs(hashint8(c.id + 4)) %% 300)
    WHERE c.tenant_id = %(tenant)s AND abs(hashint8(c.id + 5)) %% 10 < 4
"""
