"""The people of an audience as a file to take away: chosen columns, safe to open, identities masked unless one may see them.

A job writes it in pieces; run again after a crash it begins a new file, and the old one expires.
"""

from collections.abc import Iterator
from datetime import timedelta
from tempfile import TemporaryFile
from typing import Any, Final

from audiences.models import Audience
from audiences.snapshots import gone, snapshot
from customers import identities, sealed
from customers.models import AttributeDefinition
from customers.selectors import customers_show
from kernel.language import Text, is_english
from kernel.sets import People, chunks, to_array
from kernel.tables.write import CSV_TYPE, MARK, XLSX_TYPE, csv_bytes, write_xlsx
from tenants.files import file_append, file_create, file_store, file_url
from tenants.jobs import Progress
from tenants.keys import REVEAL
from tenants.models import StoredFile
from tenants.scope import tenant_tx

EXPORT = "audience.export"
KEPT = timedelta(hours=24)
_CHUNK = 2000
_PLAIN: Final = {
    "external_id": Text("外部 ID", "External id"), "id": Text("客户 ID", "Customer id"), "tags": Text("标签", "Tags"),
    "blocked": Text("黑名单", "Blocked"), "created_at": Text("创建时间", "Created"), "updated_at": Text("更新时间", "Updated"),
}  # fmt: skip
_KINDS: Final = {identities.PHONE: Text("手机号", "Phone"), identities.EMAIL: Text("邮箱", "E-mail")}
DEFAULT = ["external_id", "identity.phone", "identity.email", "tags"]


def columns_known() -> list[dict[str, Any]]:
    """[{"key", "label", "sensitive"}]: what can be chosen, in the reader's language."""
    plain = [{"key": key, "label": text.say(), "sensitive": False} for key, text in _PLAIN.items()]
    kinds = [
        {"key": f"identity.{kind}", "label": _KINDS[kind].say() if kind in _KINDS else kind, "sensitive": True}
        for kind in identities.KNOWN_KINDS
    ]
    rows = AttributeDefinition.objects.order_by("key").values_list("key", "label", "sensitive")
    language = "en" if is_english() else "zh"
    attributes = [
        {"key": f"attribute.{key}", "label": (label or {}).get(language) or key, "sensitive": sensitive}
        for key, label, sensitive in rows
    ]
    return [*plain, *kinds, *attributes]


def export(params: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """params: tenant, audience, format (csv, xlsx), columns, plain."""
    tenant = params["tenant"]
    with tenant_tx(tenant):
        audience = Audience.objects.get(pk=params["audience"])
        people = snapshot(audience.pk) - gone()
        known = {column["key"]: column for column in columns_known()}
    columns = [known[key] for key in params["columns"] if key in known]
    rows = _rows(tenant, people, columns, plain=params["plain"])
    write = _write_xlsx if params["format"] == "xlsx" else _write_csv
    file = write(params, audience.name, [column["label"] for column in columns], rows, progress, len(people))
    progress.keep(file=file.pk)
    return {"rows": len(people), "file_url": file_url(file.pk), "expires_at": file.expires_at.isoformat()}


Rows = Iterator[list[list[Any]]]  # in pieces


def _rows(tenant: int, people: People, columns: list[dict[str, Any]], *, plain: bool) -> Rows:
    for chunk in chunks(people, _CHUNK):
        with tenant_tx(tenant):
            shown = customers_show([int(i) for i in to_array(chunk)])
            if plain:
                _reveal(shown, chunk, columns)
        yield [[_cell(customer, column) for column in columns] for customer in shown]


def _reveal(shown: list[dict[str, Any]], chunk: People, columns: list[dict[str, Any]]) -> None:
    by_id = {int(customer["id"]): customer for customer in shown}
    for kind in [c["key"].removeprefix("identity.") for c in columns if c["key"].startswith("identity.")]:
        plain = identities.addresses(kind, chunk)
        for customer in shown:
            if kind in customer["identities"]:
                customer["identities"][kind] = plain.get(int(customer["id"]))
    for number, values in sealed.opened(chunk, _attributes(columns)).items():
        by_id[number]["attributes"].update(values)


def _attributes(columns: list[dict[str, Any]]) -> list[str]:
    return [c["key"].removeprefix("attribute.") for c in columns if c["key"].startswith("attribute.")]


def _cell(customer: dict[str, Any], column: dict[str, Any]) -> Any:
    place, _, key = column["key"].partition(".")
    if not key:
        value = customer[place]
        return ";".join(value) if isinstance(value, list) else value
    if place == "identity":
        return customer["identities"].get(key)
    value = customer["attributes"].get(key)
    return ";".join(map(str, value)) if isinstance(value, list) else value


def _scope(params: dict[str, Any]) -> str:
    return REVEAL if params["plain"] else "customers:read"


def _write_csv(
    params: dict[str, Any], name: str, header: list[str], rows: Rows, progress: Progress, total: int
) -> StoredFile:
    with tenant_tx(params["tenant"]):
        file = file_create(f"{name}.csv", CSV_TYPE, scope=_scope(params), keep=KEPT)
        file_append(file, MARK + csv_bytes([header]))
    done = 0
    for piece in rows:
        with tenant_tx(params["tenant"]):
            file_append(file, csv_bytes(piece))
            done += len(piece)
            progress(done, total)
    return file


def _write_xlsx(
    params: dict[str, Any], name: str, header: list[str], rows: Rows, progress: Progress, total: int
) -> StoredFile:
    def lines() -> Iterator[list[Any]]:
        yield header
        done = 0
        for piece in rows:
            yield from piece
            done += len(piece)
            progress(done, total)

    with TemporaryFile() as copy:
        write_xlsx(copy, lines(), title=name)
        copy.seek(0)
        with tenant_tx(params["tenant"]):
            return file_store(f"{name}.xlsx", XLSX_TYPE, copy, scope=_scope(params), keep=KEPT)
