"""The rhythm in which somebody does something: how long ago, how often apart, how many days on end, stopped, come back."""

from datetime import timedelta
from typing import TYPE_CHECKING, Literal

from pydantic import Field

from audiences.condition import CONDITIONS, Condition
from audiences.figure import ZERO, EventFigure, Figure
from audiences.forms import ui
from audiences.happened import days_between, local, of_params
from audiences.params import Days, Happening, Name, Numbered, Times, Windowed
from customers.fragments import Sql, sql
from customers.moments import Duration
from kernel.language import Text
from kernel.sets import People

if TYPE_CHECKING:
    from audiences.evaluate import Evaluation


class SinceParams(Happening, Days):
    pass


class DaysSinceCondition(EventFigure[SinceParams]):
    """Calendar days from the latest such event to today; whoever never did it has no such number."""

    key, labels, model = "days_since", Text("距最近一次的天数", "Days since the latest time"), SinceParams
    help = Text(
        "距上一次做某事有几天,例如距上次支付 ≥ 60 天;从没做过的人不算",
        "Calendar days since the latest time: 60 or more since the last order; whoever never did it does not count",
    )

    def figures(self, params: SinceParams, evaluation: "Evaluation") -> Sql:
        clock = evaluation.world.clock
        most = params.most()
        recent = (
            Sql("")
            if most is None
            else sql(" AND e.occurred_at >= {}", clock.day_start(clock.today - timedelta(days=most)))
        )
        return sql(
            "SELECT e.customer_id, ({}::date - max({})::date)::numeric AS figure FROM {} AND e.occurred_at <= {}{} GROUP BY 1",
            clock.today,
            local("e.occurred_at", clock),
            of_params(params, evaluation),
            clock.now,
            recent,
        )


GAPS = {
    "avg": Text("平均间隔", "average"),
    "last": Text("最近一次间隔", "latest"),
    "longest": Text("最长间隔", "longest"),
    "shortest": Text("最短间隔", "shortest"),
}
_GAP = {
    "avg": "avg(gap)",
    "last": "(array_agg(gap ORDER BY at DESC, gap))[1]",  # two at one instant: the later comes 0 after the other
    "longest": "max(gap)",
    "shortest": "min(gap)",
}


class IntervalParams(Happening, Days):
    measure: Literal["avg", "last", "longest", "shortest"] = Field(
        "avg", json_schema_extra=ui(2, "间隔", "Interval", "select", options=GAPS)
    )


class IntervalCondition(EventFigure[IntervalParams]):
    """Days between one time and the next; whoever did it less than twice has none."""

    key, labels, model = "interval", Text("两次之间的间隔", "Interval between times"), IntervalParams
    help = Text(
        "相邻两次之间隔几天,例如平均 ≤ 30 天下一单;不足两次的人没有",
        "Days between one time and the next: an order every 30 days or less on average; needs two at least",
    )
    cost = 20

    def figures(self, params: IntervalParams, evaluation: "Evaluation") -> Sql:
        events = of_params(params, evaluation)
        if params.measure == "avg":  # needs no order
            average = days_between("max(e.occurred_at)", "min(e.occurred_at)") + " / (count(*) - 1)"
            return sql(
                "SELECT e.customer_id, " + average + " AS figure FROM {} GROUP BY 1 HAVING count(*) > 1",
                events,
            )
        before = "lag(e.occurred_at) OVER (PARTITION BY e.customer_id ORDER BY e.occurred_at)"
        gap = days_between("e.occurred_at", before)
        gaps = sql("SELECT e.customer_id, e.occurred_at AS at, " + gap + " AS gap FROM {}", events)
        return sql(
            f"SELECT customer_id, {_GAP[params.measure]} AS figure FROM ({{}}) AS gaps WHERE gap IS NOT NULL GROUP BY 1",
            gaps,
        )


ACTIVITY = {
    "count": Text("总次数", "times in all"),
    "days": Text("活跃天数", "active days"),
    "kinds": Text("事件种数", "kinds of events"),
}


class ActivityParams(Windowed, Numbered):
    events: list[Name] = Field(
        min_length=1, max_length=20, json_schema_extra=ui(1, "事件(任意一种)", "Any of these events", "event-picker")
    )
    measure: Literal["count", "days", "kinds"] = Field(
        "days", json_schema_extra=ui(2, "统计", "Measure", "select", options=ACTIVITY)
    )


class ActivityCondition(Figure[ActivityParams]):
    """Several kinds of events together: visited, added to the cart or bought on at least 5 days."""

    key, dimension, labels, model = "activity", "behaviour", Text("活跃程度(多种行为)", "Active over several events"), ActivityParams  # fmt: skip
    help = Text(
        "几种行为合起来算,例如 30 天内浏览、加购或下单的天数 ≥ 5",
        "Several kinds of events together: viewed, carted or bought on at least 5 days of the last 30",
    )
    nothing = ZERO

    def events(self, params: ActivityParams) -> set[str]:
        return set(params.events)

    def figures(self, params: ActivityParams, evaluation: "Evaluation") -> Sql:
        clock = evaluation.world.clock
        days = sql("count(DISTINCT {}::date)", local("e.occurred_at", clock))
        measured = {"count": Sql("count(*)"), "days": days, "kinds": Sql("count(DISTINCT e.name)")}
        return sql(
            "SELECT e.customer_id, ({})::numeric AS figure FROM customers_event e "
            "WHERE e.tenant_id = {} AND e.name = ANY({}) AND {}{} GROUP BY 1",
            measured[params.measure],
            evaluation.world.tenant_id,
            sorted(set(params.events)),
            params.window.sql("e.occurred_at", clock) if params.window else Sql("true"),
            evaluation.only("e.customer_id"),
        )


class StreakParams(Happening, Days):
    current: bool = Field(
        False, strict=True, json_schema_extra=ui(2, "持续到现在", "Still going on", "switch",
        help=Text("只看到今天或昨天为止的连续天数", "Only days in a row up to today or yesterday")),
    )  # fmt: skip


class StreakCondition(EventFigure[StreakParams]):
    """The most days in a row on which it happened (signing in for 7 days on end)."""

    key, labels, model = "streak", Text("连续多少天做过", "Days in a row"), StreakParams
    help = Text(
        "连续每天都做了几天,例如连续签到 ≥ 7 天",
        "Days in a row on which it happened: signed in 7 days on end",
    )
    nothing = ZERO
    cost = 20

    def figures(self, params: StreakParams, evaluation: "Evaluation") -> Sql:
        clock = evaluation.world.clock
        days = sql(
            "SELECT DISTINCT e.customer_id, {}::date AS day FROM {}",
            local("e.occurred_at", clock),
            of_params(params, evaluation),
        )
        # days in a row less their rank are the same day
        start = "day - (row_number() OVER (PARTITION BY customer_id ORDER BY day))::int"
        runs = sql(
            "SELECT customer_id, count(*) AS days FROM (SELECT customer_id, day, " + start + " AS start FROM ({}) AS days) AS runs "
            "GROUP BY customer_id, start HAVING {}",
            days,
            sql("max(day) BETWEEN {}::date - 1 AND {}::date", clock.today, clock.today) if params.current else Sql("true"),
        )  # fmt: skip
        return sql("SELECT customer_id, max(days)::numeric AS figure FROM ({}) AS longest GROUP BY 1", runs)


class StoppedParams(Happening, Times):
    silent: Duration = Field(json_schema_extra=ui(2, "此后沉默", "Silent since", "duration"))


class StoppedCondition(EventFigure[StoppedParams]):
    """Did it so often, and not once in the last `silent`: sleeping customers who are worth waking."""

    key, labels, model = "stopped", Text("做过但已沉默", "Did it and stopped"), StoppedParams
    help = Text(
        "以前做过,但最近一段时间一次也没有,例如下过 ≥ 3 单、90 天没来",
        "Did it before and not once lately: 3 orders or more, none for 90 days",
    )

    def figures(self, params: StoppedParams, evaluation: "Evaluation") -> Sql:
        return sql(
            "SELECT e.customer_id, count(*)::numeric AS figure FROM {} GROUP BY 1 HAVING max(e.occurred_at) < {}",
            of_params(params, evaluation),
            params.silent.from_now(evaluation.world.clock, -1),
        )


class BackParams(Happening):
    gap: Duration = Field(json_schema_extra=ui(2, "中断至少", "After a break of at least", "duration"))


class CameBackCondition(Condition[BackParams]):
    """Did it in the window after a break: the time before lies at least `gap` back."""

    key, dimension, labels, model = "came_back", "behaviour", Text("中断后回归", "Came back after a break"), BackParams
    help = Text(
        "隔了很久之后又来,例如停了 90 天后最近又下单",
        "Did it again after a long break: ordered lately after 90 days without",
    )
    cost = 20

    def events(self, params: BackParams) -> set[str]:
        return {params.event}

    def people(self, params: BackParams, evaluation: "Evaluation") -> People:
        clock = evaluation.world.clock
        inside, lately = Sql("true"), Sql("")
        all_time = params.model_copy(update={"window": None})
        if params.window:  # only those who did it in the window can have come back in it, and not by what came later
            inside, end = params.window.sql("at", clock), params.window.ends(clock)[1]
            lately = sql(" AND e.customer_id IN (SELECT e.customer_id FROM {})", of_params(params, evaluation))
            lately = lately if end is None else sql("{} AND e.occurred_at < {}", lately, end)
        steps = sql(
            "SELECT e.customer_id, e.occurred_at AS at, "
            "lag(e.occurred_at) OVER (PARTITION BY e.customer_id ORDER BY e.occurred_at) AS before FROM {}{}",
            of_params(all_time, evaluation),
            lately,
        )
        return evaluation.select(
            sql(
                "SELECT DISTINCT customer_id FROM ({}) AS steps WHERE {} <= at AND {}",
                steps,
                params.gap.after(Sql("before"), clock),
                inside,
            )
        )


for condition in (
    DaysSinceCondition(), IntervalCondition(), ActivityCondition(), StreakCondition(), StoppedCondition(), CameBackCondition()
):  # fmt: skip
    CONDITIONS.register(condition.key, condition)
