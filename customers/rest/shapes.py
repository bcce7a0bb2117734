"""What the addresses of this room answer, for the OpenAPI document."""

from datetime import date, datetime
from typing import Any

from pydantic import BaseModel, Field


class CustomerOut(BaseModel):
    """`identities` are masked."""

    id: str
    external_id: str | None
    identities: dict[str, str]
    attributes: dict[str, Any]
    tags: list[str]
    consents: dict[str, bool]
    blocked: bool
    timezone: str | None
    created_at: datetime
    updated_at: datetime


class CustomersPage(BaseModel):
    results: list[CustomerOut]
    next: str | None


class IdentityShown(BaseModel):
    """`value` is masked. `belongs_to`: another customer who has proved what this one only claims."""

    id: str
    kind: str
    value: str
    proved: bool
    main: bool
    source: str
    since: datetime
    belongs_to: str | None


class IdentitiesOut(BaseModel):
    results: list[IdentityShown]


class MergeShown(BaseModel):
    """`undo_until` is null when it can't be undone (any more)."""

    id: str
    merged: str
    survivor: str
    external_id: str | None
    name: str | None
    actor: str
    reason: str
    at: datetime
    undo_until: datetime | None
    undone_at: datetime | None
    undone_by: str


class MergesOut(BaseModel):
    results: list[MergeShown]


class Evidence(BaseModel):
    """why: `proved` (one record has identities of both) or `name` (a value nobody has proved, and the same name). `value` is masked."""

    kind: str
    value: str | None
    why: str
    source: str


class MergeProposalOut(BaseModel):
    """`survivor` would stay. `held`: why they were not merged by themselves (external_ids, too_many, shared), or empty."""

    id: str
    status: str
    survivor: CustomerOut
    other: CustomerOut
    evidence: list[Evidence]
    held: str
    at: datetime
    decided_at: datetime | None
    decided_by: str
    merge: str | None


class MergeProposalsPage(BaseModel):
    """`total` counts up to 10,000."""

    results: list[MergeProposalOut]
    next: str | None
    total: int


class TimelineEntry(BaseModel):
    """`kind` is event, message, grant, canvas, consent or merge; `number` is unique within the kind."""

    at: datetime
    kind: str
    number: str
    name: str
    detail: dict[str, Any]


class TimelinePage(BaseModel):
    results: list[TimelineEntry]
    next: str | None


class StepNamed(BaseModel):
    id: str
    type: str
    label: str


class Place(BaseModel):
    """waits_for: message (it is on its way), event, gather (for others to come), or empty (for `until`)."""

    canvas: dict[str, str]
    run: str
    node: StepNamed
    since: datetime
    until: datetime | None
    waits_for: str
    next: list[StepNamed]


class StandingOut(BaseModel):
    results: list[Place]


class ConsentOut(BaseModel):
    channel: str
    granted: bool
    covers_service: bool
    source: str
    at: datetime


class ConsentsOut(BaseModel):
    results: list[ConsentOut]


class AttributeOut(BaseModel):
    key: str
    type: str
    label: dict[str, str]
    sensitive: bool
    options: list[str] | None
    min: int | float | str | None
    max: int | float | str | None
    max_length: int | None
    pattern: str | None
    archived_at: datetime | None
    move_job: str | None = Field(description="the job that seals its values, or opens them, while it runs")
    operators: list[str] = Field(description="what rules may ask of it")
    created_at: datetime


class AttributeChanged(AttributeOut):
    """`breaking`: how many values that lie there already break the limits; they stay."""

    breaking: int


class UsedBy(BaseModel):
    """`type`: audience, tag, canvas, template or import."""

    type: str
    id: str
    name: str


class AttributeUsage(BaseModel):
    results: list[UsedBy]


class AttributesPage(BaseModel):
    results: list[AttributeOut]
    next: str | None


class TagOut(BaseModel):
    id: str
    name: str
    layer: str
    description: str
    customers: int
    rule: Any = None
    kept_by: str
    refreshed_at: datetime | None
    error: str
    created_at: datetime
    used_by: list[dict[str, str]] | None = None


class TagsPage(BaseModel):
    results: list[TagOut]
    next: str | None


class EventOut(BaseModel):
    id: str
    event_id: str
    customer: str
    name: str
    occurred_at: datetime
    properties: dict[str, Any]


class EventsPage(BaseModel):
    results: list[EventOut]
    next: str | None


class EventTypeOut(BaseModel):
    """`properties`: name → string, number, boolean, list or object; `items.sku` is sku of any of the items."""

    name: str
    label: dict[str, str]
    properties: dict[str, str]
    last_seen_at: datetime | None
    count: int
    description: str
    hidden: bool
    first_seen_at: datetime | None
    property_labels: dict[str, dict[str, str]]
    odd: dict[str, list[str]] = Field(description="other types that came under a property's name")


class EventPropertyOut(BaseModel):
    """`events`: in how many of the newest ones; `examples` are masked where sensitive."""

    name: str
    type: str
    other_types: list[str]
    expected: str | None
    label: dict[str, str]
    sensitive: bool
    events: int
    examples: list[Any]


class EventTypeDetail(EventTypeOut):
    """`sampled`: how many of the newest events were looked at."""

    sampled: int
    properties: list[EventPropertyOut]  # type: ignore[assignment]  # more than the list of the catalogue has


class ValueCount(BaseModel):
    value: Any
    count: int


class ValuesOut(BaseModel):
    """Frequent values among the newest `events` events; none of a sensitive property."""

    values: list[ValueCount]
    events: int


class EventStatsRow(BaseModel):
    """`late` came a day or more after they happened; `duplicates` and `ahead` (in the future) were not stored."""

    name: str
    daily: list[int]
    stored: int
    late: int
    duplicates: int
    ahead: int


class EventStatsOut(BaseModel):
    """`kept_from`: events of before are deleted; null: none are."""

    days: list[date]
    results: list[EventStatsRow]
    events_months: int | None
    kept_from: datetime | None


class EventTypesPage(BaseModel):
    results: list[EventTypeOut]
    next: str | None


class StaffRef(BaseModel):
    id: str
    external_id: str
    name: str


class StaffOut(BaseModel):
    """`phone` is masked."""

    id: str
    external_id: str
    name: str
    phone: str | None
    attributes: dict[str, Any]
    created_at: datetime
    manager: StaffRef | None


class StaffPage(BaseModel):
    results: list[StaffOut]
    next: str | None


class StaffCustomersAdded(BaseModel):
    added: int
    unknown: list[str]
