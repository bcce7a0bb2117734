"""Sealed values in a merge: those that the survivor lacks are sealed anew for them; the merged one's own wait for an undo."""

from customers import sealed
from customers.models import Secret


def secrets_over(merged: int, survivor: int) -> dict[str, str]:
    """key → digest of what the survivor took over. The merged one's rows stay where they are: nobody is shown them."""
    has = {key for _, key, _, _ in sealed.kept([survivor])}
    rows = [row for row in sealed.kept([merged]) if row[1] not in has]
    sealed.write_rows(
        (survivor, key, digest, sealed.reseal(merged, survivor, key, value)) for _, key, digest, value in rows
    )
    return {key: digest.hex() for _, key, digest, _ in rows}


def secrets_back(took: dict[str, str], survivor: int) -> None:
    """What the survivor took and still has as it was goes."""
    for key, digest in took.items():
        Secret.objects.filter(customer_id=survivor, key=key, digest=bytes.fromhex(digest)).delete()
