"""Changing what is declared of attributes: made, changed, archived, deleted. What lies there already is counted, never lost."""

from collections.abc import Iterable
from typing import Any

from django.db import IntegrityError, connection

from customers import moving, sealed
from customers.attributes import checker, definitions, of_type
from customers.errors import CustomerCode
from customers.fragments import Sql, joined, sql
from customers.limits import OF_TYPE, broken_sql, problems
from customers.locks import change_people
from customers.models import AttributeDefinition, FileImport, Secret
from kernel.clock import db_now
from kernel.errors import Code, ProblemError
from kernel.events import ask
from tenants.audit import audit
from tenants.jobs import OPEN, job_create
from tenants.models import Job
from tenants.scope import current_tenant_id

Users = list[dict[str, Any]]


def attribute_create(fields: dict[str, Any], *, actor: str) -> AttributeDefinition:
    """fields: key, type, label, sensitive, options, limits. Raises ATTRIBUTE_TAKEN and what is wrong with them."""
    _check(fields["type"], fields["options"], fields["limits"], sensitive=fields["sensitive"])
    try:
        row: AttributeDefinition = AttributeDefinition.objects.create(**fields)
    except IntegrityError as error:  # another request was faster
        raise ProblemError(CustomerCode.ATTRIBUTE_TAKEN, key=fields["key"]) from error
    audit(actor, "attribute.create", f"attribute:{row.key}", type=row.type, sensitive=row.sensitive)
    return row


def attribute_update(row: AttributeDefinition, change: dict[str, Any], *, actor: str) -> int:
    """change: type, label, options, limits (name → value, None takes it away), sensitive. How many values break the new limits.

    Values of an attribute that becomes sensitive, or stops being so, are moved by a job. Raises TYPE_IN_USE, OPTION_IN_USE,
    ATTRIBUTE_MOVING, and what is wrong with the result.
    """
    sensitive: bool = change.pop("sensitive", row.sensitive)
    kind = change.get("type", row.type)
    if kind != row.type and _has_values(row.key):
        raise ProblemError(CustomerCode.TYPE_IN_USE, key=row.key)
    limits = {
        name: value for name, value in {**_fitting(row, kind), **change.pop("limits", {})}.items() if value is not None
    }
    options = change.get("options", row.options if kind == "enum" else None)
    _check(kind, options, limits, sensitive=sensitive)
    _keep_options(row, options)
    stricter = limits != row.limits
    if "label" in change:
        change["label"] = {**row.label, **change["label"]}
    change |= {"options": options, "limits": limits}
    for name, value in change.items():
        setattr(row, name, value)
    row.save(update_fields=list(change))
    audit(actor, "attribute.update", f"attribute:{row.key}", **{k: v for k, v in change.items() if v is not None})
    breaking = _breaking(row) if stricter and limits else 0
    if sensitive != row.sensitive:
        _move(row, sensitive, actor)
    return breaking


def _move(row: AttributeDefinition, sensitive: bool, actor: str) -> None:
    """It is sensitive from now on, or until the last value is in the open. Last of all: writers of customers wait for us here."""
    if row.move_job is not None and Job.objects.filter(pk=row.move_job, status__in=OPEN).exists():
        raise ProblemError(CustomerCode.ATTRIBUTE_MOVING, key=row.key)
    change_people()
    row.sensitive, row.move_job = True, None
    if _has_values(row.key):
        kind = moving.SEAL if sensitive else moving.OPEN
        row.move_job = job_create(kind, {"tenant": current_tenant_id(), "attribute": row.pk}).pk
    else:
        row.sensitive = sensitive
    row.save(update_fields=["sensitive", "move_job"])
    audit(actor, "attribute.seal" if sensitive else "attribute.open", f"attribute:{row.key}")


def _fitting(row: AttributeDefinition, kind: str) -> dict[str, Any]:
    """The limits that it had, as far as its new type knows them."""
    return row.limits if kind == row.type else {n: v for n, v in row.limits.items() if n in OF_TYPE.get(kind, ())}


def _check(kind: str, options: list[str] | None, limits: dict[str, Any], *, sensitive: bool) -> None:
    if sensitive and kind == "list":
        raise ProblemError.at("/sensitive", CustomerCode.SEALED_LIST)
    if (kind == "enum") != (options is not None):
        raise ProblemError.at("/options", Code.MISSING if kind == "enum" else Code.UNKNOWN_FIELD)
    if found := problems(kind, limits, of_type(kind)):
        raise ProblemError.invalid(found)


def _keep_options(row: AttributeDefinition, options: list[str] | None) -> None:
    """An option that customers have stays. Raises OPTION_IN_USE."""
    gone = set(row.options or ()) - set(options or ())
    for option in sorted(gone):
        chosen = sql("c.attributes @> jsonb_build_object({}::text, {}::text)", row.key, option)
        if row.sensitive:
            hidden = sealed.has_sql(current_tenant_id(), [row.key], [sealed.digest_of(row.key, row.type, option)])
            chosen = joined("OR", [chosen, hidden])
        if people := _count(chosen):
            raise ProblemError(CustomerCode.OPTION_IN_USE, option=option, people=people)


def _breaking(row: AttributeDefinition) -> int:
    value = sql("(c.attributes -> {})", row.key)
    in_the_open = _count(sql("c.attributes ? {} AND ({})", row.key, broken_sql(row.type, row.limits, value)))
    return in_the_open + (_breaking_sealed(row.key) if row.sensitive else 0)


def _breaking_sealed(key: str) -> int:
    """They are opened to be looked at, one by one."""
    good = checker(definitions()[key])
    rows = Secret.objects.filter(key=key).values_list("customer_id", "sealed")
    return sum(good(sealed.unseal(customer, key, value)) is None for customer, value in rows.iterator(chunk_size=5000))


def _count(condition: Sql) -> int:
    asked = sql(
        "SELECT count(*) FROM customers_customer c WHERE c.tenant_id = {} AND {}", current_tenant_id(), condition
    )
    with connection.cursor() as cursor:
        cursor.execute(asked.text, asked.params)
        return int(cursor.fetchone()[0])


def _has_values(key: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM customers_secret WHERE tenant_id = %(tenant)s AND key = %(key)s) "
            "OR EXISTS (SELECT FROM customers_customer WHERE tenant_id = %(tenant)s AND attributes ? %(key)s)",
            {"tenant": current_tenant_id(), "key": key},
        )
        return bool(cursor.fetchone()[0])


def attribute_users(key: str) -> Users:
    """[{"type", "id", "name"}]: who above names it (audience, tag, canvas, template), and imports that are under way."""
    return [user for answer in ask("customers.attribute_users", key=key) for user in answer] + _imports(key)


def _imports(key: str) -> Users:
    """Uploads that are still to be started or run."""
    running = Job.objects.filter(status__in=OPEN).values_list("pk", flat=True)
    rows = FileImport.objects.filter(mapping__contains=[{"to": f"attributes.{key}"}])
    found = rows.filter(job_id__isnull=True) | rows.filter(job_id__in=list(running))
    return [{"type": "import", "id": str(pk), "name": name} for pk, name in found.values_list("pk", "name")]


def _named(users: Iterable[dict[str, Any]]) -> str:
    return ", ".join(str(user["name"]) for user in users)


def attribute_archive(row: AttributeDefinition, *, actor: str) -> None:
    """It is offered nowhere any more; values stay and go on coming in. Raises ATTRIBUTE_IN_USE."""
    if row.archived_at is None:
        if users := attribute_users(row.key):
            raise ProblemError(CustomerCode.ATTRIBUTE_IN_USE, key=row.key, users=_named(users))
        row.archived_at = db_now()
        row.save(update_fields=["archived_at"])
        audit(actor, "attribute.archive", f"attribute:{row.key}")


def attribute_restore(row: AttributeDefinition, *, actor: str) -> None:
    if row.archived_at is not None:
        row.archived_at = None
        row.save(update_fields=["archived_at"])
        audit(actor, "attribute.restore", f"attribute:{row.key}")


def attribute_delete(row: AttributeDefinition, *, actor: str) -> None:
    """Only what nobody has a value of. Raises IN_USE."""
    if _has_values(row.key):
        raise ProblemError(Code.IN_USE, what=row.key)
    row.delete()
    audit(actor, "attribute.delete", f"attribute:{row.key}")
