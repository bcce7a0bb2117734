"""Questions about a customer's record as a whole: how complete it is, when it changed, its zone, the blacklist, two attributes together."""

from typing import Any, Literal

from pydantic import Field

from audiences.condition import CONDITIONS, RowCondition
from audiences.conditions.attribute import attribute_value
from audiences.conditions.dates import day_text
from audiences.figure import RowFigure
from audiences.forms import ui
from audiences.params import Moment, Name, Numbered, counted
from audiences.world import World
from customers import sealed
from customers.fragments import Sql, as_text, plus, sql
from customers.operators import OPERATORS, operators_of
from customers.readings import MOMENT, number_sql
from kernel.errors import Code as KernelCode
from kernel.errors import FieldProblem, problem_at
from kernel.language import Text
from kernel.schema import Body

_SAME_TYPE = Text("与第一个属性类型相同的属性", "an attribute of the same type as the first")


class ProfileParams(Numbered):
    value: Any = counted("项", "of them")
    keys: list[Name] = Field(
        min_length=1, max_length=50, json_schema_extra=ui(1, "属性", "Attributes", "attribute-picker",
        help=Text("统计其中有值的个数", "How many of these have a value")),
    )  # fmt: skip


class ProfileCondition(RowFigure[ProfileParams]):
    key, dimension, model = "profile", "attribute", ProfileParams
    labels = Text("资料完整度(已填的属性数)", "How many attributes are known")
    asks_sealed = True
    help = Text(
        "所列资料里填了几项,例如姓名、生日、城市填了 ≥ 2 项",
        "How many of these things are known: at least 2 of name, birthday and city",
    )

    def number(self, params: ProfileParams, world: World) -> Sql:
        keys = sorted(set(params.keys))
        known = [sql("({} IS NOT NULL)::int", as_text(attribute_value(key))) for key in keys]
        if hidden := [key for key in keys if key in world.sensitive]:
            known.append(sealed.count_sql(world.tenant_id, hidden))
        return sql("({})::numeric", plus(known))


_SIGNS = {"eq": "=", "ne": "<>", "gt": ">", "gte": ">=", "lt": "<", "lte": "<="}


class PairParams(Body):
    key: Name = Field(json_schema_extra=ui(1, "属性", "Attribute", "attribute-picker"))
    op: Literal["eq", "ne", "gt", "gte", "lt", "lte"] = Field(
        "eq", json_schema_extra=ui(2, "比较", "Operator", options={op: OPERATORS[op].labels for op in _SIGNS})
    )
    other: Name = Field(json_schema_extra=ui(3, "另一个属性", "Other attribute", "attribute-picker"))


class PairCondition(RowCondition[PairParams]):
    """Numbers, dates and times by their order, texts by their characters. Either of them missing: false."""

    key, dimension, model = "attribute_pair", "attribute", PairParams
    labels = Text("两个属性相比", "Two attributes compared")
    help = Text(
        "同一客户的两项资料相比,例如收货城市不等于注册城市",
        "Two things of the same profile: the city delivered to is not the city of registration",
    )
    operators = tuple(_SIGNS)

    def problems(self, params: PairParams, world: World) -> list[FieldProblem]:
        kinds = {world.types[key] for key in (params.key, params.other) if key in world.types}
        if len(kinds) < 2:
            return []
        return [problem_at("/other", KernelCode.WRONG_TYPE, expected=_SAME_TYPE.say())]

    def row(self, params: PairParams, world: World) -> Sql:
        kind = world.types.get(params.key) or world.types.get(params.other)
        left, right = (_read(key, kind, world) for key in (params.key, params.other))
        return sql("{} " + _SIGNS[params.op] + " {}", left, right)


def _read(key: str, kind: str | None, world: World) -> Sql:
    value = attribute_value(key)
    raw = as_text(value)
    if kind == "number":
        return number_sql(value)
    if kind == "date":
        return day_text(key, world)
    if kind == "datetime":
        return sql("(CASE WHEN {} ~ {} THEN {}::timestamptz END)", raw, f"^{MOMENT}$", raw)
    return sql('({} COLLATE "C")', raw)


class UpdatedCondition(RowCondition[Moment]):
    key, dimension, labels, model = "updated", "attribute", Text("资料最近变动时间", "Record last changed"), Moment
    help = Text(
        "资料最近一次变动的时间,例如过去 1 天内",
        "When the record was last changed: within the last day",
    )
    operators = tuple(op for op in operators_of("datetime") if op not in ("exists", "not_exists"))

    def row(self, params: Moment, world: World) -> Sql:
        return params.compared().sql_typed(Sql("c.updated_at"), world.clock)


class ZoneParams(Body):
    op: Literal["in", "not_in"] = Field(
        "in", json_schema_extra=ui(1, "比较", "Operator", options={op: OPERATORS[op].labels for op in ("in", "not_in")})
    )
    value: list[Name] = Field(
        min_length=1, max_length=100,
        json_schema_extra=ui(2, "时区", "Zones", "zone-picker"),
    )  # fmt: skip


class ZoneCondition(RowCondition[ZoneParams]):
    """Who has no zone of their own has the tenant's."""

    key, dimension, labels, model = "timezone", "attribute", Text("所在时区", "Time zone"), ZoneParams
    help = Text(
        "客户所在的时区;没有记录的按商户时区",
        "The customer's time zone; the tenant's where none is known",
    )
    operators = ("in", "not_in")

    def row(self, params: ZoneParams, world: World) -> Sql:
        found = sql("coalesce(c.timezone, {}) = ANY({})", world.clock.zone.key, params.value)
        return sql("NOT {}", found) if params.op == "not_in" else found


class BlockedParams(Body):
    value: bool = Field(True, strict=True, json_schema_extra=ui(1, "在黑名单中", "On the blacklist", "switch"))


class BlockedCondition(RowCondition[BlockedParams]):
    key, dimension, labels, model = "blocked", "attribute", Text("黑名单", "On the blacklist"), BlockedParams
    help = Text(
        "在黑名单里的人收不到任何消息",
        "People on the blacklist get no messages at all",
    )

    def row(self, params: BlockedParams, world: World) -> Sql:
        return Sql("c.blocked" if params.value else "NOT c.blocked")


for condition in (ProfileCondition(), PairCondition(), UpdatedCondition(), ZoneCondition(), BlockedCondition()):
    CONDITIONS.register(condition.key, condition)
