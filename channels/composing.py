"""What is sent of a template, worked out when it is saved: composed as its channel wants it, and with its links tracked.

The senders only fill in variables.
"""

from hashlib import sha256
from typing import Any

from django.db import connection

from channels.declaring import replaced, with_picture
from channels.models import Template
from channels.registry import Kind, kinds
from tenants.scope import current_tenant_id


def is_tracked(template: Template) -> bool:
    return template.purpose == "marketing" if template.track is None else template.track


def outgoing(template: Template) -> dict[str, Any]:
    """Declares the template's links. The template has its id."""
    kind = kinds[template.channel]
    made = kind.composed(template.content, template.purpose)
    return tracked(kind, made, lambda url: _declared(template.pk, url)) if is_tracked(template) else made


def tracked(kind: Kind, content: dict[str, Any], known: Any) -> dict[str, Any]:
    """known: address → id of its link."""
    made: dict[str, Any] = replaced(content, kind.links, known)
    for name in kind.html:
        if made.get(name):
            made[name] = with_picture(made[name])
    return made


def _declared(template_id: int, url: str) -> int:
    """The link's id; the same address of a template has always the same."""
    values: list[Any] = [current_tenant_id(), template_id, sha256(url.encode()).digest()]
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH made AS (INSERT INTO channels_link (tenant_id, template_id, digest, url, created_at) "
            "VALUES (%s, %s, %s, %s, now()) ON CONFLICT (tenant_id, template_id, digest) DO NOTHING RETURNING id) "
            "SELECT id FROM made UNION ALL SELECT id FROM channels_link "
            "WHERE tenant_id = %s AND template_id = %s AND digest = %s LIMIT 1",
            [*values, url, *values],
        )
        row: tuple[int] = cursor.fetchone()
    return row[0]
