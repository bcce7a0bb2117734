"""A tenant's settings: caps, quiet hours, approval, time zone, language. Read in the tenant's scope, written by services."""

import re
import zoneinfo
from datetime import time
from typing import Annotated, Any, Final, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from kernel.errors import Code, ProblemError
from kernel.events import ask, publish
from kernel.language import Text
from kernel.rows import fetch_row
from kernel.schema import Body, parse
from tenants.models import Tenant
from tenants.scope import current_tenant_id, once, read_again

_CLOCK = re.compile(r"\d\d:\d\d(:\d\d)?")
_WHOLE_DAY = Text(
    "开始和结束相同,会占满 24 小时,消息永远发不出去;不需要勿扰时段就把它关掉",
    "From and to are the same: that is all 24 hours, and nothing would ever be sent; switch quiet hours off instead",
)
_SOME_TIME = Text("至少 1 分钟", "at least a minute")
_ONE_SPAN = Text("days 或 weeks 二选一", "either days or weeks")
_UNKNOWN_CHANNEL = Text("没有渠道 {channel};可用:{known}", "there is no channel {channel}; known: {known}")


def _known_zone(name: str) -> str:
    if name not in zoneinfo.available_timezones():
        raise ProblemError.at("", Code.BAD_VALUE, reason=f"{name}: IANA time zone, e.g. Asia/Shanghai")
    return name


def _clock(value: str) -> str:
    """HH:MM or HH:MM:SS."""
    try:
        time.fromisoformat(value)
    except ValueError as error:
        raise ProblemError.at("", Code.BAD_VALUE, reason="HH:MM") from error
    if not _CLOCK.fullmatch(value):  # 10:00+08:00 is a time too, but not one on anybody's wall
        raise ProblemError.at("", Code.BAD_VALUE, reason="HH:MM")
    return value


ZoneName = Annotated[str, AfterValidator(_known_zone)]
ClockTime = Annotated[str, AfterValidator(_clock)]


class Patience(Body):
    """How long a message may be put off."""

    hours: int = Field(0, ge=0, le=72)
    minutes: int = Field(0, ge=0, le=59)

    @model_validator(mode="after")
    def _some(self) -> Self:
        if not self.hours and not self.minutes:
            raise ProblemError.at("", Code.BAD_VALUE, reason=_SOME_TIME.say())
        return self


class QuietHours(Body):
    """From `from` until `to` nothing of purpose marketing is sent; may cross midnight.

    Messages wait for the end; those that would have to wait longer than `expire_after` are held back instead.
    """

    from_: ClockTime = Field(alias="from")
    to: ClockTime
    expire_after: Patience | None = None

    @model_validator(mode="after")
    def _some_hour_is_free(self) -> Self:
        if time.fromisoformat(self.from_) == time.fromisoformat(self.to):
            raise ProblemError.at("/to", Code.BAD_VALUE, reason=_WHOLE_DAY.say())
        return self


_KEPT = (
    "caps",
    "quiet_hours",
    "approval",
    "canvas_events",
    "lifecycle",
    "scores",
    "merging",
    "events_months",
    "link_base",
)
_CLEARED = ("quiet_hours", "events_months", "link_base")  # null is a setting of these: none, for ever, our own address
# of which canvases canvas.entered and canvas.finished are written, unless the tenant says
CANVAS_EVENTS: Final = "triggered"


class Per(Body):
    """{"days": 1}: a calendar day; {"days": n}: any n days on end; {"weeks": 1}: a week from Monday to Sunday."""

    days: int | None = Field(None, ge=1, le=365)
    weeks: Literal[1] | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.days is None) == (self.weeks is None):
            raise ProblemError.at("", Code.BAD_VALUE, reason=_ONE_SPAN.say())
        return self


def _known_channel(channel: str | None) -> str | None:
    """The rooms above know the channels; asked when nobody is there, every name will do."""
    known = sorted({name for names in ask("tenants.channels") for name in names})
    if channel is not None and known and channel not in known:
        reason = _UNKNOWN_CHANNEL.say(channel=channel, known=", ".join(known))
        raise ProblemError.at("", Code.BAD_VALUE, reason=reason)
    return channel


class Cap(Body):
    """At most `limit` marketing messages a customer in `per`; channel None counts all channels together."""

    channel: Annotated[str | None, AfterValidator(_known_channel)] = None
    limit: int = Field(ge=0, le=1000)
    per: Per = Field(default_factory=lambda: Per(days=1))

    def stored(self) -> dict[str, Any]:
        return {"channel": self.channel, "limit": self.limit, "per": self.per.model_dump(exclude_none=True)}


class Lifecycle(Body):
    """When a buyer counts as gone, and since when one who keeps buying counts as retained: days."""

    churned_after_days: int = Field(180, ge=1, le=3650)
    retained_after_days: int = Field(180, ge=1, le=3650)


class Score(Body):
    """Points by event; what lies `half_life_days` back counts half, twice as far a quarter."""

    half_life_days: int = Field(30, ge=1, le=365)
    weights: dict[str, Annotated[float, Field(ge=0, le=1000)]] = Field(default_factory=dict, max_length=100)


class Scores(Body):
    """activity: what somebody did lately; spread: what they passed on, and whom they brought. None: as we weigh them."""

    activity: Score | None = None
    spread: Score | None = None


Policy = Literal["automatic", "propose", "off", "claim"]


class Merging(Body):
    """When a record proves an identity that another customer has. `kinds`: identity kind → policy; `others`: for the rest.

    automatic: the two become one, unless a limit below says no; propose: somebody decides; claim: kept unproved, nothing else;
    off: the record is refused. Nobody has more than `most_people` customers in one by this, a value of more than `most_shared`
    customers proves nothing, nor do those that are `ignored` (a shop's own phone); two external ids are two accounts.
    """

    kinds: dict[Annotated[str, Field(max_length=40)], Policy] = Field(default_factory=dict, max_length=50)
    others: Policy = "propose"
    across_external_ids: bool = False
    most_people: int = Field(5, ge=2, le=50)
    most_shared: int = Field(5, ge=2, le=100)
    ignored: list[Annotated[str, Field(min_length=1, max_length=512)]] = Field(default_factory=list, max_length=200)


class SettingsIn(Body):
    name: str | None = Field(None, min_length=1, max_length=200)
    timezone: ZoneName | None = None
    locale: str | None = Field(None, pattern="^(zh-CN|en)$")
    caps: list[Cap] | None = Field(None, max_length=20)
    quiet_hours: QuietHours | None = None
    approval: bool | None = None
    canvas_events: Literal["none", "triggered", "all"] | None = None
    lifecycle: Lifecycle | None = None
    scores: Scores | None = None
    merging: Merging | None = None
    events_months: int | None = Field(
        None, ge=1, le=240, strict=True, description="months that events are kept; null: for ever"
    )
    link_base: str | None = Field(
        None, max_length=100, pattern=r"^https?://[A-Za-z0-9.:-]+(/[A-Za-z0-9_-]+)*/?$",
        description="where short links in messages begin: an address that leads to this installation; null: its own",
    )  # fmt: skip


def tenant_now() -> Tenant:
    """The open scope's tenant, read once a transaction."""
    return once("tenant", lambda: fetch_row(Tenant, "t.id = %s", [current_tenant_id()]))


def settings_show(tenant: Tenant) -> dict[str, Any]:
    return {
        "name": tenant.name,
        "timezone": tenant.timezone,
        "locale": tenant.locale,
        "canvas_events": CANVAS_EVENTS,
        "lifecycle": parse(Lifecycle, {}).model_dump(),
        "scores": Scores().model_dump(),
        "merging": parse(Merging, {}).model_dump(),
        "events_months": None,
        "link_base": None,
        **tenant.settings,
    }


def settings_update(change: SettingsIn) -> Tenant:
    """Apply what was sent (null clears those of _CLEARED)."""
    tenant = Tenant.objects.select_for_update().get(pk=current_tenant_id())
    sent = change.model_dump(exclude_unset=True, by_alias=True)
    zone = tenant.timezone
    for column in ("name", "timezone", "locale"):
        if sent.get(column) is not None:
            setattr(tenant, column, sent[column])
    kept = {k: v for k, v in sent.items() if k in _KEPT and (v is not None or k in _CLEARED)}
    if change.caps is not None:
        kept["caps"] = [cap.stored() for cap in change.caps]  # whole, whatever was left to defaults
    if change.lifecycle is not None:
        kept["lifecycle"] = change.lifecycle.model_dump()
    if change.merging is not None:
        kept["merging"] = change.merging.model_dump()
    tenant.settings = {**tenant.settings, **kept}
    tenant.save()
    read_again("tenant")
    if tenant.timezone != zone:
        publish("tenants.zone_changed")
    return tenant
