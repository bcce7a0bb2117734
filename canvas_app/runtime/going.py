"""Pausing takes turns with the engine: what a transaction under way decides is committed before a pause, or not at all.

Without it, a step that began before a pause could commit its send jobs after the pause had held all that there were.
"""

from django.db import connection

from tenants.scope import current_tenant_id


def going_on(canvas_id: int) -> bool:
    """May people of the canvas move? If so, no pause of it is committed before this transaction ends."""
    with connection.cursor() as cursor:
        # two statements on one way: the second has a snapshot of its own and sees what was committed while we waited
        cursor.execute(
            "SELECT pg_advisory_xact_lock_shared(hashtextextended(%s, 0)); "
            "SELECT status <> 'paused' FROM canvas_app_canvas WHERE tenant_id = %s AND id = %s",
            [_name(canvas_id), current_tenant_id(), canvas_id],
        )
        row = cursor.fetchone()
    return bool(row and row[0])


def wait_for_steps(canvas_id: int) -> None:
    """For a pause: transactions that move people of the canvas end first (a second or two), new ones wait for ours."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [_name(canvas_id)])


def _name(canvas_id: int) -> str:
    return f"pause:{current_tenant_id()}:{canvas_id}"
