"""Bodies and answers of the audiences room, for parsing and for the OpenAPI document."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, model_validator

from audiences.errors import Code
from audiences.export import DEFAULT
from audiences.refresh import Schedule
from audiences.uploads import EXTERNAL, GUESS, KINDS, MAX_IDS
from kernel.errors import Code as KernelCode
from kernel.errors import ProblemError
from kernel.schema import Body

ExternalId = Annotated[str, Field(min_length=1, max_length=500, pattern=r"^[^\x00]*$")]
Name = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\x00]*$")]
RULE = "RULE: {all: [...]} | {any: [...]} | {not: ...} | {condition: key, ...} (see /api/v1/conditions)"
Rule = Annotated[Any, Field(description=RULE)]


class About(Body):
    """What is said of an audience beside its people. schedule: {"every": "hour"} or {"every": "day", "at": "04:00"}."""

    description: str | None = Field(None, max_length=2000, pattern=r"^[^\x00]*$")
    folder: str | None = Field(None, max_length=100, pattern=r"^[^\x00]*$")
    owner: str | None = Field(None, max_length=200, pattern=r"^[^\x00]*$")
    schedule: Schedule | None = Field(None, description="null: only when asked")

    def about(self) -> dict[str, Any]:
        """What was sent, as it is stored."""
        sent = self.model_fields_set & {"description", "folder", "owner"}
        found: dict[str, Any] = {name: (getattr(self, name) or "").strip() for name in sent}
        if "schedule" in self.model_fields_set:
            found["schedule"] = self.schedule.stored() if self.schedule else None
        return found


def _known_kind(kind: str) -> str:
    if kind not in (GUESS, *KINDS):
        raise ProblemError.at("", KernelCode.BAD_VALUE, reason=", ".join((GUESS, *KINDS)))
    return kind


By = Annotated[
    str, AfterValidator(_known_kind), Field(description="what the ids are; guess: told by those that are known")
]


class AudienceIn(About):
    """`rule` for dynamic, `customers` (external ids) for static."""

    name: Name
    kind: Literal["dynamic", "static"] = "dynamic"
    rule: Rule = None
    customers: list[ExternalId] | None = Field(None, max_length=MAX_IDS)
    by: By = EXTERNAL

    @model_validator(mode="after")
    def _fits_its_kind(self) -> "AudienceIn":
        needed, code, other = ("rule", Code.RULE_NEEDED, "customers")
        if self.kind == "static":
            needed, code, other = ("customers", Code.CUSTOMERS_NEEDED, "rule")
        if getattr(self, needed) is None:
            raise ProblemError.at(f"/{needed}", code)
        if getattr(self, other) is not None:
            raise ProblemError.at(f"/{other}", Code.WRONG_KIND, kind=self.kind)
        if self.kind == "static" and self.schedule is not None:
            raise ProblemError.at("/schedule", Code.NOT_DYNAMIC)
        return self


class AudienceChange(About):
    """What is sent is changed: `rule` of a dynamic audience, `customers` (all of them anew) of a static one."""

    name: Name | None = None
    rule: Rule = None
    customers: list[ExternalId] | None = Field(None, max_length=MAX_IDS)
    by: By = EXTERNAL


class PeopleIn(Body):
    """Add people to a static audience, take them off it, or put these in their place."""

    op: Literal["add", "remove", "replace"]
    customers: list[ExternalId] = Field(max_length=MAX_IDS)
    by: By = GUESS


class ExportIn(Body):
    """columns: keys of `GET audiences/export-columns`. plain: identities and sensitive attributes as they are."""

    format: Literal["csv", "xlsx"] = "csv"
    columns: list[str] = Field(default_factory=lambda: list(DEFAULT), min_length=1, max_length=200)
    plain: bool = False


class PreviewIn(Body):
    rule: Rule
    sample: int = Field(10, ge=0, le=100, strict=True)
    counts: bool = Field(False, strict=True, description="also say how many hold at each place of the rule")


class ValidateIn(Body):
    rule: Rule


class OverlapIn(Body):
    audiences: list[str] = Field(min_length=1, max_length=5)


class CombineIn(Body):
    """subtract: all others from the first; xor: those in an odd number; priority: each stays in the first of the ordered inputs.

    `without`: audiences whose people are taken away from the result. `save_as`: keep it as a static audience.
    """

    op: Literal["union", "intersect", "subtract", "xor", "priority"]
    audiences: list[str] = Field(min_length=1, max_length=50)
    without: list[str] = Field(default_factory=list, max_length=50)
    sample: int = Field(0, ge=0, le=100, strict=True)
    save_as: Name | None = None
    folder: str | None = Field(None, max_length=100, pattern=r"^[^\x00]*$")


class MoveIn(Body):
    audiences: list[str] = Field(min_length=1, max_length=1000)
    folder: str | None = Field(None, max_length=100, pattern=r"^[^\x00]*$")
    owner: str | None = Field(None, max_length=200, pattern=r"^[^\x00]*$")


class DuplicateIn(Body):
    name: Name | None = None


class UsedBy(Body):
    type: str
    id: str
    name: str


class ChangeOut(Body):
    """Against the last computation of an earlier day."""

    since: datetime
    joined: int
    left: int


class FailureOut(Body):
    code: str
    detail: str
    at: datetime


class AudienceOut(Body):
    id: str
    name: str
    kind: Literal["dynamic", "static"]
    description: str
    folder: str
    owner: str
    rule: Rule
    size: int | None
    computed_at: datetime | None
    schedule: Schedule | None
    next_refresh_at: datetime | None
    change: ChangeOut | None
    failure: FailureOut | None = Field(description="what went wrong with the latest computation")
    trend: list[int] = Field(description="the last size of each of up to 30 days with a computation, oldest first")
    archived_at: datetime | None
    used_by: list[UsedBy]
    created_at: datetime
    updated_at: datetime
    by: str | None = Field(None, description="what the uploaded ids were taken for; only after an upload")
    unknown: list[str] | None = Field(None, description="ids that nobody has, at most 1,000; only after an upload")
    unknown_count: int | None = None
    unknown_url: str | None = Field(None, description="all of them as a file")


class AudiencesOut(Body):
    results: list[AudienceOut]
    next: str | None


class SizeOut(Body):
    at: datetime
    size: int
    cause: str = Field(description="made, changed, asked, schedule, upload or canvas")
    joined: int | None
    left: int | None
    took_ms: int | None


class HistoryOut(Body):
    results: list[SizeOut]
    next: str | None


class ChangesOut(Body):
    """Who joined and left since the end of the day before, and of the same day a week before; null: not known."""

    day: ChangeOut | None
    week: ChangeOut | None


class RefreshManyIn(Body):
    audiences: list[str] = Field(min_length=1, max_length=200)


class ProblemOut(Body):
    pointer: str
    code: str
    detail: str


class PreviewOut(Body):
    count: int
    sample: list[dict[str, Any]]
    as_of: datetime
    counts: dict[str, int] | None = Field(
        None, description="pointer within the rule → how many; only when asked for, empty when it takes too long"
    )
    warnings: list[ProblemOut] | None = Field(None, description="as of validate; only when counts are asked for")


class ValidateOut(Body):
    problems: list[ProblemOut]
    warnings: list[ProblemOut]


class PairOut(Body):
    a: str
    b: str
    both: int
    only_a: int
    only_b: int


class OverlapMember(Body):
    id: str
    name: str
    size: int


class RegionOut(Body):
    """Those who are in exactly these of the audiences."""

    in_: list[str] = Field(alias="in")
    count: int


class OverlapOut(Body):
    audiences: list[OverlapMember]
    matrix: list[list[int]]
    pairs: list[PairOut]
    regions: list[RegionOut]
    all: int
    any: int


class CombinedMember(OverlapMember):
    kept: int | None = Field(None, description="who stays of it after priority")


class CombinedOut(Body):
    op: str
    count: int
    audiences: list[CombinedMember]
    sample: list[dict[str, Any]]
    saved: list[AudienceOut]


class Narrowing(Body):
    name: str
    count: int


class FoldersOut(Body):
    folders: list[Narrowing]
    owners: list[Narrowing]
    archived: int


class ChannelReach(Body):
    channel: str
    label: str
    count: int


class ReachOut(Body):
    size: int
    results: list[ChannelReach]


class UsageEntry(UsedBy):
    """A canvas, a tag or an audience. draft, live: the nodes, "exit" or "goal" where a canvas names the audience."""

    status: str | None = None
    draft: list[str] | None = None
    live: list[str] | None = None


class PeopleOut(Body):
    size: int
    added: int
    removed: int
    by: str
    unknown: list[str]
    unknown_count: int
    unknown_url: str | None


class ColumnOut(Body):
    key: str
    label: str
    sensitive: bool


class ColumnsOut(Body):
    results: list[ColumnOut]
    may_reveal: bool


class UsageOut(Body):
    results: list[UsageEntry]


class MembersOut(Body):
    results: list[dict[str, Any]]
    next: str | None


class CatalogueOut(Body):
    results: list[dict[str, Any]]
    operators: dict[str, Any]
    measures: dict[str, Any]
