"""What stands beside a customer's attributes: the staff they belong to, consent, addresses, and since when they are known."""

from typing import Annotated, Any, Literal

from pydantic import Field

from audiences.condition import CONDITIONS, RowCondition
from audiences.conditions.reachable import CHANNELS
from audiences.errors import Code
from audiences.forms import ui
from audiences.params import IDENTITY_KINDS, Moment
from audiences.world import World
from customers.fragments import Sql, sql
from customers.operators import operators_of
from kernel.errors import FieldProblem, problem_at
from kernel.language import Text
from kernel.schema import Body

STAFF_OPERATORS = {
    "has_any": Text("属于任一员工", "belongs to any of"),
    "has_none": Text("不属于这些员工", "belongs to none of"),
}
WORDS = {
    "granted": Text("已同意", "agreed"),
    "refused": Text("已拒绝或退订", "refused or unsubscribed"),
    "silent": Text("从未表示", "never said"),
}
_EXISTS = {"exists": Text("有", "has one"), "not_exists": Text("没有", "has none")}
Name = Annotated[str, Field(min_length=1, max_length=200)]


class StaffParams(Body):
    op: Literal["has_any", "has_none"] = Field(
        "has_any", json_schema_extra=ui(1, "比较", "Operator", options=STAFF_OPERATORS)
    )
    value: list[Name] = Field(
        min_length=1, max_length=200,
        json_schema_extra=ui(2, "员工", "Staff", "staff-picker"),
    )  # fmt: skip


class StaffCondition(RowCondition[StaffParams]):
    key, dimension, labels, model = "staff", "group", Text("所属员工(导购)", "Belongs to staff"), StaffParams
    help = Text(
        "由哪些员工(导购)跟进,例如属于导购小王",
        "Which staff look after the customer: belongs to adviser Wang",
    )
    operators = tuple(STAFF_OPERATORS)

    def row(self, params: StaffParams, world: World) -> Sql:
        found = sql(
            "EXISTS (SELECT FROM customers_staffrelation r JOIN customers_staff s ON s.tenant_id = r.tenant_id AND s.id = r.staff_id "
            "WHERE r.tenant_id = {} AND r.customer_id = c.id AND s.external_id = ANY({}))",
            world.tenant_id,
            params.value,
        )
        return sql("NOT {}", found) if params.op == "has_none" else found


class ConsentParams(Body):
    channel: str = Field(
        json_schema_extra=ui(1, "渠道", "Channel", "select", options=CHANNELS) | {"enum": list(CHANNELS)}
    )
    value: Literal["granted", "refused", "silent"] = Field(
        "granted", json_schema_extra=ui(2, "态度", "Word", "select", options=WORDS)
    )


class ConsentCondition(RowCondition[ConsentParams]):
    key, dimension, labels, model = "consent", "attribute", Text("渠道授权", "Consent"), ConsentParams
    help = Text(
        "客户对某渠道的最新态度,例如短信已同意",
        "The latest word on a channel: agreed to SMS",
    )

    def problems(self, params: ConsentParams, world: World) -> list[FieldProblem]:
        if params.channel in CHANNELS:
            return []
        return [problem_at("/channel", Code.UNKNOWN_CHANNEL, known=", ".join(CHANNELS))]

    def row(self, params: ConsentParams, world: World) -> Sql:
        said = sql(
            "EXISTS (SELECT FROM customers_consent k WHERE k.tenant_id = {} AND k.channel = {} AND k.customer_id = c.id",
            world.tenant_id,
            params.channel,
        )
        endings = {"granted": "{} AND k.granted)", "refused": "{} AND NOT k.granted)", "silent": "NOT {})"}
        return sql(endings[params.value], said)


class IdentityParams(Body):
    kind: str = Field(
        pattern="^[a-z][a-z0-9_]{0,39}$",
        json_schema_extra=ui(1, "身份", "Identity", "identity-picker", options=IDENTITY_KINDS),
    )  # fmt: skip
    op: Literal["exists", "not_exists"] = Field("exists", json_schema_extra=ui(2, "比较", "Operator", options=_EXISTS))


class IdentityCondition(RowCondition[IdentityParams]):
    """Knows whether there is one, never what it is."""

    key, dimension, labels, model = "identity", "attribute", Text("有无联系方式", "Has an identity"), IdentityParams
    help = Text(
        "知不知道客户的某种身份,例如有手机号、没有 openid",
        "Whether an identity is known: has a phone number, has no openid",
    )
    operators = tuple(_EXISTS)

    def row(self, params: IdentityParams, world: World) -> Sql:
        found = sql(
            "EXISTS (SELECT FROM customers_identity i WHERE i.tenant_id = {} AND i.customer_id = c.id AND i.kind = {})",
            world.tenant_id,
            params.kind,
        )
        return sql("NOT {}", found) if params.op == "not_exists" else found


class CreatedParams(Moment):
    op: str = Field("within_last", json_schema_extra=ui(1, "比较", "Operator"))
    value: Any = Field(None, json_schema_extra=ui(2, "值", "Value", "duration"))

    def sql(self, world: World) -> Sql:
        return self._compared.sql_typed(Sql("c.created_at"), world.clock)


class CreatedCondition(RowCondition[CreatedParams]):
    key, dimension, labels, model = "created", "attribute", Text("建档时间", "Known since"), CreatedParams
    help = Text(
        "客户资料第一次建立的时间,例如过去 7 天内的新客",
        "When the customer was first known: new in the last 7 days",
    )
    operators = tuple(op for op in operators_of("datetime") if op not in _EXISTS)

    def row(self, params: CreatedParams, world: World) -> Sql:
        return params.sql(world)


CONDITIONS.register(StaffCondition.key, StaffCondition())
CONDITIONS.register(ConsentCondition.key, ConsentCondition())
CONDITIONS.register(IdentityCondition.key, IdentityCondition())
CONDITIONS.register(CreatedCondition.key, CreatedCondition())
