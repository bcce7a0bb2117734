"""Lists of ids → customers, for static audiences: external ids, phones, e-mails or any other identity. Creates nobody."""

from dataclasses import dataclass
from typing import Any, Final

from django.db import connection

from audiences.errors import Code
from audiences.services import audience_create_static
from audiences.snapshots import gone
from customers import identities
from customers.models import FileImport
from customers.vault import vault
from kernel.errors import ProblemError
from kernel.language import Text
from kernel.sets import People, people
from kernel.tables.write import CSV_TYPE, MARK, csv_bytes
from tenants.files import file_append, file_create, file_url
from tenants.scope import current_tenant_id

MAX_IDS = 1_000_000
EXTERNAL, GUESS = "external_id", "guess"
KINDS: Final = (EXTERNAL, *identities.KNOWN_KINDS)
_SHOWN = 1000
_TRIED = 500  # so many values are tried to find out what they are
_UNKNOWN = Text("找不到的 ID", "Unknown id")

Found = dict[str, int]


@dataclass(frozen=True)
class Uploaded:
    """`unknown`: values that no active customer has, each once, in the order sent. `by`: what they were taken for."""

    people: People
    unknown: list[str]
    by: str

    def told(self) -> dict[str, object]:
        """For the answer: the first of the unknown, how many there are, and all of them as a file."""
        return {
            "by": self.by,
            "unknown": self.unknown[:_SHOWN],
            "unknown_count": len(self.unknown),
            "unknown_url": _as_file(self.unknown) if self.unknown else None,
        }


def find_uploaded(values: list[str], by: str = EXTERNAL) -> Uploaded:
    """Raises ALL_UNKNOWN when not one is known."""
    each = list(dict.fromkeys(values))
    kind = guessed(each) if by == GUESS else by
    found = _find(kind, each)
    if each and not found:
        code = Code.ALL_UNKNOWN if kind == EXTERNAL else Code.ALL_UNKNOWN_IDENTITIES
        raise ProblemError.at("/customers", code)
    known = people(found.values()) - gone()
    return Uploaded(known, [value for value in each if found.get(value, 0) not in known], kind)


def guessed(values: list[str]) -> str:
    """The kind for which most of some of them are known; external ids when none is."""
    tried = values[:: max(1, len(values) // _TRIED)][:_TRIED]
    return max(KINDS, key=lambda kind: len(_find(kind, tried)))  # the first of equals


def _find(kind: str, values: list[str]) -> Found:
    return _by_external_id(values) if kind == EXTERNAL else _by_identity(kind, values)


def _by_external_id(values: list[str]) -> Found:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT external_id, coalesce(merged_into, id) FROM customers_customer WHERE tenant_id = %s AND external_id = ANY(%s) "
            "AND erased_at IS NULL",
            [current_tenant_id(), values],
        )
        return dict(cursor.fetchall())


def _by_identity(kind: str, values: list[str]) -> Found:
    keys = vault()
    spelled = {value: normal for value in values if (normal := identities.normalise(kind, value)) is not None}
    pairs = {value: (kind, keys.digest(kind, normal)) for value, normal in spelled.items()}
    owners = identities.find(set(pairs.values()))
    return {value: owners[pair] for value, pair in pairs.items() if pair in owners}


def _as_file(unknown: list[str]) -> str | None:
    file = file_create("unknown.csv", CSV_TYPE, scope="audiences:read")
    file_append(file, MARK + csv_bytes([[_UNKNOWN.say()], *([value] for value in unknown)]))
    return file_url(file.pk)


def list_imported(file_import: FileImport, listed: People) -> dict[str, Any]:
    """The people of an imported file as a static audience, named in its options or after the file."""
    name = file_import.options.get("name") or file_import.name.rsplit(".", 1)[0][:200] or str(file_import.pk)
    audience = audience_create_static(name=name, people=listed)
    return {"audience": str(audience.pk), "people": len(listed)}
