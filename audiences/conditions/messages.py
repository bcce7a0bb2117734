"""How somebody answers our messages: open rate, the last ones unopened or failed, favourite channel, bought after one."""

from datetime import timedelta
from typing import TYPE_CHECKING, Literal

from pydantic import Field

from audiences.condition import CONDITIONS, Condition
from audiences.conditions.contact import Channel
from audiences.conditions.engagement import RESULTS
from audiences.conditions.reachable import CHANNELS
from audiences.figure import Figure
from audiences.forms import ui
from audiences.happened import events
from audiences.params import Days, Happening, Name, Percent, Windowed
from audiences.preferred import Preferred
from audiences.window import Window
from customers.fragments import Sql, joined, sql
from customers.moments import Clock, Duration
from kernel.language import Text
from kernel.schema import Body
from kernel.sets import People

if TYPE_CHECKING:
    from audiences.evaluate import Evaluation

_ANSWERS = {name: RESULTS[name] for name in ("opened", "clicked", "replied")}
Answer = Literal["opened", "clicked", "replied"]
Id = str | None


class About(Body):
    """Which messages; left out: all."""

    channel: Channel | None = Field(None, json_schema_extra=ui(2, "渠道", "Channel", "select", options=CHANNELS))
    canvas: Id = Field(None, max_length=40, json_schema_extra=ui(3, "画布", "Canvas", "canvas-picker"))
    template: Id = Field(None, max_length=40, json_schema_extra=ui(4, "模板", "Template", "template-picker"))

    def told(self, evaluation: "Evaluation", result: str, window: Window | None = None, alias: str = "e") -> Sql:
        """The events `message.<result>` about these messages."""
        chosen = [(name, getattr(self, name)) for name in ("channel", "canvas", "template")]
        parts = [sql(f"{alias}.properties ->> {{}} = {{}}", name, value) for name, value in chosen if value is not None]
        base = events(evaluation, f"message.{result}", window=window, alias=alias)
        return sql("{} AND {}", base, joined("AND", parts)) if parts else base


class TouchedParams(About, Days):
    result: Literal["delivered", "opened", "clicked", "replied", "failed"] = Field(
        "delivered", json_schema_extra=ui(1, "结果", "Result", "select", options=RESULTS)
    )


class TouchedCondition(Figure[TouchedParams]):
    """Full days since the latest one; whoever never had one has no such number."""

    key, dimension, labels, model = "last_touched", "behaviour", Text("距上次触达的天数", "Days since the last message"), TouchedParams  # fmt: skip
    help = Text(
        "距上一次收到消息有几天,例如 ≥ 7 天没打扰过;从没收到的人不算",
        "Days since the latest message: 7 or more; whoever never got one does not count",
    )

    def events(self, params: TouchedParams) -> set[str]:
        return {f"message.{params.result}"}

    def figures(self, params: TouchedParams, evaluation: "Evaluation") -> Sql:
        now, most = evaluation.world.clock.now, params.most()
        recent = Sql("") if most is None else sql(" AND e.occurred_at > {}", now - timedelta(days=most + 1))
        return sql(
            "SELECT e.customer_id, floor(extract(epoch FROM {} - max(e.occurred_at)) / 86400) AS figure FROM {}{} GROUP BY 1",
            now,
            params.told(evaluation, params.result),
            recent,
        )


class RateParams(About, Windowed, Percent):
    result: Answer = Field("opened", json_schema_extra=ui(1, "结果", "Result", "select", options=_ANSWERS))
    least: int = Field(
        1, ge=1, le=1000, strict=True,
        json_schema_extra=ui(5, "至少收到", "Of at least", "number", unit=Text("条", "messages")),
    )  # fmt: skip


class RateCondition(Figure[RateParams]):
    """Percent of the messages that arrived which were opened (clicked, replied to); fewer than `least` arrived: no rate."""

    key, dimension, labels, model = (
        "message_rate",
        "behaviour",
        Text("打开率 / 点击率", "Open or click rate"),
        RateParams,
    )
    help = Text(
        "收到的消息里打开(点击)的百分比,例如打开率 < 10%",
        "Percent of the messages that arrived which were opened or clicked: opened less than 10 %",
    )

    def events(self, params: RateParams) -> set[str]:
        return {"message.delivered", f"message.{params.result}"}

    def figures(self, params: RateParams, evaluation: "Evaluation") -> Sql:
        return sql(
            "SELECT d.customer_id, least(100, 100 * coalesce(a.n, 0)::numeric / d.n) AS figure FROM "
            "(SELECT e.customer_id, count(*) AS n FROM {} GROUP BY 1 HAVING count(*) >= {}) AS d LEFT JOIN "
            "(SELECT e.customer_id, count(*) AS n FROM {} GROUP BY 1) AS a ON a.customer_id = d.customer_id",
            params.told(evaluation, "delivered", params.window),
            params.least,
            params.told(evaluation, params.result, params.window),
        )


_LATEST = "row_number() OVER (PARTITION BY e.customer_id ORDER BY e.occurred_at DESC, e.id DESC)"


class IgnoredParams(About):
    result: Answer = Field("opened", json_schema_extra=ui(1, "没有", "None was", "select", options=_ANSWERS))
    last: int = Field(3, ge=1, le=100, strict=True, json_schema_extra=ui(5, "最近几条", "Of the last", "number"))


class IgnoredCondition(Condition[IgnoredParams]):
    """So many messages arrived, and none of the last was opened (clicked, replied to)."""

    key, dimension, model = "messages_ignored", "behaviour", IgnoredParams
    labels = Text("连续几条消息未打开", "The last messages were not opened")
    help = Text(
        "最近几条送达了却都没打开(点击),例如连续 3 条没打开",
        "The last messages arrived and none was opened or clicked: 3 in a row",
    )
    cost = 20

    def events(self, params: IgnoredParams) -> set[str]:
        return {"message.delivered", f"message.{params.result}"}

    def people(self, params: IgnoredParams, evaluation: "Evaluation") -> People:
        arrived = sql(
            "SELECT e.customer_id, e.properties ->> 'message' AS message, " + _LATEST + " AS place FROM {}",
            params.told(evaluation, "delivered"),
        )
        answered = sql(
            "SELECT e.customer_id, e.properties ->> 'message' AS message FROM {}",
            params.told(evaluation, params.result),
        )
        return evaluation.select(
            sql(
                "SELECT d.customer_id FROM ({}) AS d LEFT JOIN ({}) AS a ON a.customer_id = d.customer_id AND a.message = d.message "
                "WHERE d.place <= {} GROUP BY 1 HAVING count(DISTINCT d.place) = {} AND count(a.message) = 0",
                arrived, answered, params.last, params.last,
            )
        )  # fmt: skip


class FailingParams(About):
    last: int = Field(3, ge=1, le=100, strict=True, json_schema_extra=ui(5, "最近几条", "The last", "number"))


class FailingCondition(Condition[FailingParams]):
    """The last so many messages all failed: an address that no longer works."""

    key, dimension, model = "messages_failing", "behaviour", FailingParams
    labels = Text("最近几条消息都发送失败", "The last messages all failed")
    help = Text(
        "最近几条全部发送失败,例如连续 3 条失败,号码可能已停用",
        "The last messages all failed: 3 in a row, so the number may be dead",
    )
    cost = 20

    def events(self, params: FailingParams) -> set[str]:
        return {"message.delivered", "message.failed"}

    def people(self, params: FailingParams, evaluation: "Evaluation") -> People:
        columns = "SELECT e.customer_id, e.id, e.occurred_at, e.name FROM {}"
        both = sql(
            columns + " UNION ALL " + columns,
            params.told(evaluation, "delivered"),
            params.told(evaluation, "failed"),
        )
        placed = sql("SELECT e.customer_id, e.name, " + _LATEST + " AS place FROM ({}) AS e", both)
        return evaluation.select(
            sql(
                "SELECT customer_id FROM ({}) AS placed WHERE place <= {} GROUP BY 1 "
                "HAVING count(*) = {} AND bool_and(name = 'message.failed')",
                placed,
                params.last,
                params.last,
            )
        )


class FavouriteParams(Windowed):
    result: Answer = Field("opened", json_schema_extra=ui(1, "结果", "Result", "select", options=_ANSWERS))
    value: list[Channel] = Field(
        min_length=1, max_length=10, json_schema_extra=ui(2, "渠道", "Channels", options=CHANNELS)
    )


class FavouriteCondition(Preferred[FavouriteParams]):
    key, labels, model = "preferred_channel", Text("偏好渠道", "Preferred channel"), FavouriteParams
    help = Text(
        "打开(点击)最多的渠道,例如最常打开短信",
        "The channel on which most was opened or clicked, such as SMS",
    )

    def events(self, params: FavouriteParams) -> set[str]:
        return {f"message.{params.result}"}

    def choice(self, params: FavouriteParams, clock: Clock) -> Sql:
        return Sql("(e.properties ->> 'channel')")

    def wanted(self, params: FavouriteParams) -> Sql:
        return sql("{}::text[]", list(params.value))

    def source(self, params: FavouriteParams, evaluation: "Evaluation") -> Sql:
        return events(evaluation, f"message.{params.result}", window=params.window)


class RespondedParams(About, Happening):
    result: Literal["delivered", "opened", "clicked", "replied"] = Field(
        "delivered", json_schema_extra=ui(5, "消息", "Message", "select", options={k: RESULTS[k] for k in ("delivered", *_ANSWERS)})
    )  # fmt: skip
    event: Name = Field("order.paid", json_schema_extra=ui(1, "之后做了", "Did", "event-picker"))
    within: Duration = Field(json_schema_extra=ui(6, "多久之内", "Within", "duration"))


_LATE = 9000  # no window that ends so late is short


class RespondedCondition(Condition[RespondedParams]):
    """Did it within that time after a message of ours: bought within 3 days of a click."""

    key, dimension, labels, model = (
        "responded",
        "behaviour",
        Text("收到消息后做了某事", "Did it after a message"),
        RespondedParams,
    )
    help = Text(
        "收到(打开、点击)消息后规定时间内做了某事,例如点击后 3 天内下单",
        "Did it within the time after a message: bought within 3 days of a click",
    )
    cost = 20

    def events(self, params: RespondedParams) -> set[str]:
        return {params.event, f"message.{params.result}"}

    def people(self, params: RespondedParams, evaluation: "Evaluation") -> People:
        clock = evaluation.world.clock
        ends = params.within.after(Sql("m.occurred_at"), clock)
        start, end = params.window.ends(clock) if params.window else (None, None)
        did = events(evaluation, params.event, params.where)
        if start is not None:  # nothing before the window can answer a message in it
            did = sql("{} AND e.occurred_at > {}", did, start)
        if end is not None and end.year < _LATE:
            did = sql("{} AND e.occurred_at <= {}", did, end + params.within.longest)
        return evaluation.select(
            sql(
                "SELECT DISTINCT m.customer_id FROM {} AND EXISTS (SELECT FROM {} AND e.customer_id = m.customer_id "
                "AND e.occurred_at > m.occurred_at AND e.occurred_at <= {})",
                params.told(evaluation, params.result, params.window, alias="m"),
                did,
                ends,
            )
        )


for condition in (
    TouchedCondition(), RateCondition(), IgnoredCondition(), FailingCondition(), FavouriteCondition(), RespondedCondition()
):  # fmt: skip
    CONDITIONS.register(condition.key, condition)
