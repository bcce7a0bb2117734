"""What a provider that echoes one text for a whole batch is given: from which to which of our ids its messages are."""

from collections.abc import Sequence

from channels.contract import Outbound
from channels.preparing import message_key, read_message_key


def echo_of(batch: Sequence[Outbound]) -> str:
    """A message's own key, or `tenant-first-last`; empty for a test, which is in no ledger."""
    keys = [read_message_key(message.id) for message in batch]
    known = sorted(key for key in keys if key is not None)
    if len(known) < len(batch):
        return ""
    first, last = known[0], known[-1]
    return message_key(*first) if len(batch) == 1 else f"{message_key(*first)}-{last[1]}"


def read_echo(raw: str) -> tuple[str, tuple[int, int] | None]:
    """(our key, None), ("", bounds), or ("", None) for what is not ours. The caller checks that the tenant is."""
    head, _, last = raw.rpartition("-")
    bounds = read_message_key(head)
    if bounds is not None and last.isascii() and last.isdigit() and len(last) < 19:
        return "", (bounds[1], int(last))
    return (raw if read_message_key(raw) else ""), None


def tenant_of(raw: str) -> int | None:
    """Whose echo it is."""
    head = raw.partition("-")[0]
    return int(head) if head.isascii() and head.isdigit() and len(head) < 19 else None
