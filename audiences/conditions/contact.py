"""Questions about a customer's addresses and words of consent: how many, since when, on which channels."""

from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field

from audiences.condition import CONDITIONS, Condition, RowCondition
from audiences.conditions.customer import WORDS
from audiences.conditions.groups import in_so_many
from audiences.conditions.reachable import CHANNELS, PURPOSES, ReachableCondition, ReachableParams
from audiences.figure import ZERO, Figure
from audiences.forms import ui
from audiences.params import IDENTITY_KINDS, Moment, Numbered, Times, counted
from audiences.world import World
from customers.fragments import Sql, sql
from customers.operators import operators_of
from kernel.language import Text
from kernel.sets import People

if TYPE_CHECKING:
    from audiences.evaluate import Evaluation

Channel = Literal[
    "sms", "call", "email", "push", "wechat_template", "wechat_service", "wechat_mass", "miniprogram", "wecom_customer", "webhook"
]  # fmt: skip
_PATTERN = "^[a-z][a-z0-9_]{0,39}$"
_TIMES = tuple(op for op in operators_of("datetime") if op not in ("exists", "not_exists"))


class IdentityCountParams(Numbered):
    value: Any = counted("个", "identities")
    kind: str | None = Field(
        None, pattern=_PATTERN, json_schema_extra=ui(1, "身份", "Identity", "identity-picker", options=IDENTITY_KINDS)
    )


class IdentityCountCondition(Figure[IdentityCountParams]):
    """Two devices, three openids: several of one kind count each."""

    nothing = ZERO
    key, dimension, model = "identity_count", "attribute", IdentityCountParams
    labels = Text("联系方式数量(多设备等)", "Number of identities")
    help = Text(
        "有几个身份,例如设备 ≥ 3 台",
        "How many identities: 3 devices or more",
    )

    def figures(self, params: IdentityCountParams, evaluation: "Evaluation") -> Sql:
        return sql(
            "SELECT i.customer_id, count(*)::numeric AS figure FROM customers_identity i WHERE i.tenant_id = {}{}{} GROUP BY 1",
            evaluation.world.tenant_id,
            Sql("") if params.kind is None else sql(" AND i.kind = {}", params.kind),
            evaluation.only("i.customer_id"),
        )


class IdentityAddedParams(Moment):
    kind: str = Field(
        "phone",
        pattern=_PATTERN,
        json_schema_extra=ui(1, "身份", "Identity", "identity-picker", options=IDENTITY_KINDS),
    )
    proved: bool | None = Field(None, strict=True, json_schema_extra=ui(2, "已验证", "Proved", "switch"))


class IdentityAddedCondition(RowCondition[IdentityAddedParams]):
    key, dimension, model = "identity_added", "attribute", IdentityAddedParams
    labels = Text("绑定联系方式的时间", "When an identity was added")
    help = Text(
        "某种身份是什么时候绑定的,例如过去 7 天内绑定了手机",
        "When an identity was added: a phone number in the last 7 days",
    )
    operators = _TIMES

    def row(self, params: IdentityAddedParams, world: World) -> Sql:
        proved = Sql("") if params.proved is None else sql(" AND i.proved = {}", params.proved)
        return sql(
            "EXISTS (SELECT FROM customers_identity i WHERE i.tenant_id = {} AND i.customer_id = c.id AND i.kind = {}{} AND {})",
            world.tenant_id,
            params.kind,
            proved,
            params.compared().sql_typed(Sql("i.created_at"), world.clock),
        )


class ReachableCountParams(Times):
    channels: list[Channel] = Field(
        min_length=1, max_length=10, json_schema_extra=ui(1, "渠道", "Channels", options=CHANNELS)
    )
    purpose: Literal["marketing", "service"] = Field(
        "marketing", json_schema_extra=ui(2, "用途", "Purpose", "select", options=PURPOSES)
    )
    value: int = Field(
        1, ge=0, strict=True, json_schema_extra=ui(81, "渠道数", "Channels", "number", unit=Text("个", "channels"))
    )


class ReachableCountCondition(Condition[ReachableCountParams]):
    """One question for each channel: asked of each customer in turn, their tables are looked through row by row."""

    key, dimension, model = "reachable_count", "attribute", ReachableCountParams
    labels = Text("可触达的渠道数", "Number of channels on which reachable")
    help = Text(
        "所列渠道里有几个可触达,例如短信、邮件里至少 1 个",
        "On how many of these channels reachable: at least 1 of SMS and email",
    )
    operators = ("eq", "ne", "gt", "gte", "lt", "lte")
    _one = ReachableCondition()

    def people(self, params: ReachableCountParams, evaluation: "Evaluation") -> People:
        asked = [ReachableParams(channel=channel, purpose=params.purpose) for channel in sorted(set(params.channels))]
        reached = (self._one.people(one, evaluation) for one in asked)
        return in_so_many(reached, params.compared(), evaluation)


class ConsentCountParams(Numbered):
    value: Any = counted("个", "channels")
    word: Literal["granted", "refused"] = Field(
        "granted", json_schema_extra=ui(1, "态度", "Word", "select", options={w: WORDS[w] for w in ("granted", "refused")})
    )  # fmt: skip


class ConsentCountCondition(Figure[ConsentCountParams]):
    nothing = ZERO
    key, dimension, model = "consent_count", "attribute", ConsentCountParams
    labels = Text("同意或退订的渠道数", "Number of channels agreed to or refused")
    help = Text(
        "同意(或退订)了几个渠道,例如同意的渠道 ≥ 2",
        "How many channels are agreed to (or refused): agreed to 2 or more",
    )

    def figures(self, params: ConsentCountParams, evaluation: "Evaluation") -> Sql:
        return sql(
            "SELECT k.customer_id, count(*)::numeric AS figure FROM customers_consent k "
            "WHERE k.tenant_id = {} AND k.granted = {}{} GROUP BY 1",
            evaluation.world.tenant_id,
            params.word == "granted",
            evaluation.only("k.customer_id"),
        )


class ConsentChangedParams(Moment):
    channel: Channel | None = Field(None, json_schema_extra=ui(1, "渠道", "Channel", "select", options=CHANNELS))
    word: Literal["granted", "refused"] | None = Field(
        None, json_schema_extra=ui(2, "态度", "Word", "select", options={w: WORDS[w] for w in ("granted", "refused")})
    )


class ConsentChangedCondition(RowCondition[ConsentChangedParams]):
    """By the latest word on each channel: an agreement that was withdrawn since is none."""

    key, dimension, model = "consent_changed", "attribute", ConsentChangedParams
    labels = Text("授权变更时间", "When consent was given or withdrawn")
    help = Text(
        "最近一次同意或退订的时间,例如过去 7 天内退订了短信",
        "When the latest agreement or refusal was: refused SMS in the last 7 days",
    )
    operators = _TIMES

    def row(self, params: ConsentChangedParams, world: World) -> Sql:
        channel = Sql("") if params.channel is None else sql(" AND k.channel = {}", params.channel)
        word = Sql("") if params.word is None else sql(" AND k.granted = {}", params.word == "granted")
        return sql(
            "EXISTS (SELECT FROM customers_consent k WHERE k.tenant_id = {} AND k.customer_id = c.id{}{} AND {})",
            world.tenant_id,
            channel,
            word,
            params.compared().sql_typed(Sql("k.at"), world.clock),
        )


for condition in (
    IdentityCountCondition(), IdentityAddedCondition(), ReachableCountCondition(), ConsentCountCondition(), ConsentChangedCondition()
):  # fmt: skip
    CONDITIONS.register(condition.key, condition)
