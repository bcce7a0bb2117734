"""Regular upkeep of the room, in the open tenant: refreshes whose announcement was lost, and history in fewer rows."""

from django.db import connection

from audiences.refresh import remind
from tenants.scope import current_tenant_id

WHOLE_DAYS, KEPT_DAYS = 30, 400


def keep_up() -> None:
    remind()
    thin_history()


def thin_history() -> None:
    """Sizes older than WHOLE_DAYS: the last of each day (UTC) stays; none is kept for longer than KEPT_DAYS."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM audiences_audiencesize s WHERE s.tenant_id = %(tenant)s AND s.at < now() - make_interval(days => %(whole)s) "
            "AND (s.at < now() - make_interval(days => %(kept)s) OR EXISTS (SELECT FROM audiences_audiencesize later "
            "WHERE later.tenant_id = s.tenant_id AND later.audience_id = s.audience_id AND later.at > s.at "
            "AND later.at < date_trunc('day', s.at, 'UTC') + interval '1 day'))",
            {"tenant": current_tenant_id(), "whole": WHOLE_DAYS, "kept": KEPT_DAYS},
        )
