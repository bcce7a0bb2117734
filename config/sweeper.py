"""In every worker's main process: a thread that finds due work each second, so that a lost wake-up costs a second or so.

One at a time over the installation (advisory lock). With the broker away it does the work itself.
"""

import logging
import threading
import time

from celery.signals import worker_process_init, worker_ready, worker_shutting_down
from django.db import connection, connections, transaction

from kernel.wake import KINDS, redis_client, wake_now

log = logging.getLogger(__name__)
EVERY_SECONDS = 1.0
_IDLE_WAKE_SECONDS = 10.0  # idle workers are woken too: that they answer is what /readyz reports
_LOCK = 0x63616E76  # "canv"
_stop = threading.Event()


@worker_ready.connect
def start(sender: object, **kwargs: object) -> None:
    kinds = [q.name for q in sender.task_consumer.queues if q.name in KINDS]  # type: ignore[attr-defined]
    threading.Thread(target=_loop, args=(kinds,), name="sweeper", daemon=True).start()


@worker_shutting_down.connect
def stop(**kwargs: object) -> None:
    _stop.set()


@worker_process_init.connect
def fresh_connections(**kwargs: object) -> None:
    """A forked child must not talk on its parent's sockets."""
    connections.close_all()


def _loop(kinds: list[str]) -> None:
    idle_since = 0.0
    while not _stop.wait(EVERY_SECONDS):
        try:
            if time.monotonic() - idle_since > _IDLE_WAKE_SECONDS:
                idle_since = time.monotonic()
                _wake(kinds)
            _sweep(kinds)
        except Exception:
            log.exception("sweep failed, will try again")
            connection.close()


def _sweep(kinds: list[str]) -> None:
    # the lock ends with its transaction, and the server ends that of a process that hangs: nobody keeps others from sweeping
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK])
        if not cursor.fetchone()[0]:
            return
        cursor.execute("SELECT DISTINCT kind FROM tenants_ready WHERE due_at <= clock_timestamp()")
        due = [row[0] for row in cursor.fetchall()]
    _wake(due, kinds)


def _wake(due: list[str], mine: list[str] | None = None) -> None:
    if _broker_answers():
        for kind in due:
            wake_now(kind)
        return
    from config.tasks import run_kind  # the engine is loaded only in the process that needs it

    for kind in due:
        if mine is None or kind in mine:
            run_kind(kind)


def _broker_answers() -> bool:
    try:
        return bool(redis_client().ping())
    except Exception:
        return False
