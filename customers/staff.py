"""Staff (员工) and whose customers are whose. A staff member's phone is sealed like a customer's."""

from typing import Any

from django.db import IntegrityError, connection

from customers.errors import CustomerCode, Rejected
from customers.identities import PHONE, mask, normalise
from customers.intake.resolve import find_external
from customers.models import Staff
from customers.vault import vault
from kernel.errors import ProblemError
from tenants.scope import current_tenant_id

_KIND, _SEALED = "staff_phone", "_phone"


def staff_create(
    *, external_id: str, name: str, phone: str | None, attributes: dict[str, Any], manager: str | None = None
) -> Staff:
    """manager: their external id. Raises STAFF_TAKEN, BAD_IDENTITY, NO_SUCH_STAFF."""
    kept = {key: value for key, value in attributes.items() if key != _SEALED}
    if phone is not None:
        kept[_SEALED] = _seal(phone)
    try:
        return Staff.objects.create(external_id=external_id, name=name, attributes=kept, manager=_manager(manager))
    except IntegrityError as error:
        raise ProblemError(CustomerCode.STAFF_TAKEN, external_id=external_id) from error


def _manager(external_id: str | None) -> Staff | None:
    if external_id is None:
        return None
    found = Staff.objects.filter(external_id=external_id).first()
    if found is None:
        raise ProblemError.at("/manager", CustomerCode.NO_SUCH_STAFF, external_id=external_id)
    return found


def staff_update(staff: Staff, change: dict[str, Any]) -> Staff:
    """Whose they are told by, their name, attributes and manager; what is absent stays. Raises NO_SUCH_STAFF, OWN_MANAGER."""
    if "manager" in change:
        staff.manager = _manager(change["manager"])
        if staff.manager_id == staff.pk:
            raise ProblemError.at("/manager", CustomerCode.OWN_MANAGER)
    if change.get("name"):
        staff.name = change["name"]
    if change.get("attributes") is not None:
        sealed = {key: value for key, value in staff.attributes.items() if key == _SEALED}
        staff.attributes = {**{k: v for k, v in change["attributes"].items() if k != _SEALED}, **sealed}
    staff.save(update_fields=["manager", "name", "attributes"])
    return staff


def _seal(phone: str) -> list[str]:
    normal = normalise(PHONE, phone)
    if normal is None:
        refused = Rejected(CustomerCode.BAD_IDENTITY, place="/phone", kind=PHONE)
        raise ProblemError.invalid([refused.as_problem()])
    digest = vault().digest(_KIND, normal)
    return [digest.hex(), vault().seal(_KIND, digest, normal).hex()]


def staff_phone(staff: Staff) -> str | None:
    """The plain number, for the senders."""
    sealed = staff.attributes.get(_SEALED)
    return vault().open(_KIND, bytes.fromhex(sealed[0]), bytes.fromhex(sealed[1])) if sealed else None


def staff_show(staff: Staff) -> dict[str, Any]:
    phone = staff_phone(staff)
    return {
        "id": str(staff.pk), "external_id": staff.external_id, "name": staff.name, "phone": mask(PHONE, phone) if phone else None,
        "attributes": {key: value for key, value in staff.attributes.items() if key != _SEALED}, "created_at": staff.created_at,
        "manager": {"id": str(staff.manager_id), "external_id": staff.manager.external_id, "name": staff.manager.name} if staff.manager else None,
    }  # fmt: skip


def staff_customers_add(staff: Staff, external_ids: list[str]) -> tuple[int, list[str]]:
    """These customers are now this member's too; how many were not yet, and the external ids that nobody has."""
    known = find_external(external_ids)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO customers_staffrelation (tenant_id, staff_id, customer_id, since) "
            "SELECT %s, %s, id, now() FROM unnest(%s::bigint[]) AS id ON CONFLICT DO NOTHING",
            [current_tenant_id(), staff.pk, sorted(set(known.values()))],
        )
        return cursor.rowcount, sorted(set(external_ids) - known.keys())


def staff_customer_ids(staff: Staff) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT customer_id FROM customers_staffrelation WHERE tenant_id = %s AND staff_id = %s",
            [current_tenant_id(), staff.pk],
        )
        return [customer for (customer,) in cursor.fetchall()]
