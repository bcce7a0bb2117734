"""Conditions on what came of our messages, rewards and canvases (AUD-4)."""

from datetime import timedelta
from typing import Any

from django.db import connection

from tenants.models import Tenant
from tests.audiences.checking import c, cases, check
from tests.audiences.shop import NOW, Happening, Person, ago, write

_number = iter(range(1, 10_000))


def sent(days: float, *results: str, channel: str = "sms", canvas: str = "c1", template: str = "t1") -> list[Happening]:
    """One message so many days ago and what it came to, an hour apart."""
    about = {"message": str(next(_number)), "channel": channel, "canvas": canvas, "template": template}
    return [Happening(f"message.{r}", ago(days=days) + timedelta(hours=n), about) for n, r in enumerate(results)]


ARRIVED, OPENED, CLICKED = ("delivered",), ("delivered", "opened"), ("delivered", "opened", "clicked")
MESSAGES = cases(
    (c("last_touched", op="gte", value=5), "bob"),
    (c("last_touched", op="lt", value=2), "amy dan"),
    (c("last_touched", op="not_exists"), "cat eve"),
    (c("last_touched", result="clicked", op="lte", value=9), "amy"),
    (c("last_touched", channel="email", op="exists"), "amy"),
    (c("message_rate", op="eq", value=75), "amy"),
    (c("message_rate", op="eq", value=0), "bob dan"),
    (c("message_rate", least=4, op="gte", value=0), "amy dan"),
    (c("message_rate", result="clicked", op="eq", value=25), "amy"),
    (c("message_rate", channel="email", op="eq", value=100), "amy"),
    (c("message_rate", window={"last": {"days": 2}}, op="eq", value=50), "amy"),
    (c("messages_ignored", last=2), "bob dan"),
    (c("messages_ignored", last=1), "amy bob dan"),
    (c("messages_ignored", last=4), "dan"),
    (c("messages_ignored", result="clicked", last=3), "amy dan"),
    (c("messages_ignored", channel="email", last=1), ""),
    (c("messages_failing", last=2), "cat"),
    (c("messages_failing", last=3), ""),
    (c("messages_failing", channel="email", last=1), ""),
    (c("preferred_channel", value=["sms"]), "amy"),
    (c("preferred_channel", value=["email"]), ""),
    (c("preferred_channel", result="clicked", value=["email", "push"]), "amy"),
    (c("responded", within={"days": 2}), "amy dan"),
    (c("responded", within={"days": 2}, result="opened"), "amy"),
    (c("responded", within={"hours": 1}), "dan"),
    (c("responded", within={"days": 20}, canvas="c2"), "bob"),
    (c("responded", within={"days": 20}, window={"last": {"days": 7}}), "amy bob dan"),
)


def test_messages(scope: Tenant) -> None:
    people = [
        Person("amy", events=[*sent(9, *CLICKED, channel="email"), *sent(8, *OPENED), *sent(2, *OPENED), *sent(1, *ARRIVED), Happening("order.paid", ago(days=7)), Happening("order.paid", ago(hours=4))]),
        Person("bob", events=[*sent(8, *ARRIVED, canvas="c2"), *sent(6, *ARRIVED), *sent(5, "failed"), Happening("order.paid", ago(days=1))]),
        Person("cat", events=[*sent(5, "failed"), *sent(4, "failed")]),
        Person("dan", events=[*sent(4, *ARRIVED), *sent(3, *ARRIVED), *sent(2, *ARRIVED), *sent(1, *ARRIVED), Happening("order.paid", ago(hours=23.5))]),
        Person("eve"),
        Person("ghost", events=[*sent(9, *CLICKED), *sent(8, *ARRIVED)], gone="merged"),
    ]  # fmt: skip
    write(scope.pk, people)
    check(MESSAGES, people)


def took(what: str, days: float, canvas: str) -> Happening:
    return Happening(f"canvas.{what}", ago(days=days), {"canvas": canvas, "run": "1"})


def test_canvases(scope: Tenant) -> None:
    people = [
        Person("amy", events=[took("entered", 5, "7"), took("finished", 4, "7"), took("entered", 3, "7"), took("entered", 3, "8")]),
        Person("bob", events=[took("entered", 50, "7")]),
        Person("cat"),
        Person("ghost", events=[took("entered", 5, "7")], gone="merged"),
    ]  # fmt: skip
    write(scope.pk, people)
    check(CANVASES, people)


CANVASES = cases(
    (c("canvas"), "amy bob"),
    (c("canvas", canvas="7", op="gte", value=2), "amy"),
    (c("canvas", canvas="8"), "amy"),
    (c("canvas", result="finished"), "amy"),
    (c("canvas", canvas="7", window={"last": {"days": 30}}, op="eq", value=0), "bob cat"),
    (c("canvas_inside", canvas="nothing"), ""),
)

# (who, package, canvas, status, issued so many days ago, expires in so many days, used so many days ago)
GRANTS: list[tuple[str, int, int | None, str, float, float | None, float | None]] = [
    ("amy", 1, 7, "issued", 20, 3, None),
    ("amy", 1, 7, "used", 20, 3, 10),
    ("amy", 2, None, "issued", 1, None, None),
    ("bob", 1, 7, "issued", 40, -1, None),  # lapsed, and the sweep has not been there yet
    ("bob", 2, None, "used", 40, 30, 39),
    ("cat", 2, None, "expired", 40, -10, None),
    ("ghost", 1, 7, "issued", 1, 3, None),
]
REWARDS = cases(
    (c("reward_got"), "amy bob cat"),
    (c("reward_got", value=3), "amy"),
    (c("reward_got", package="1"), "amy bob"),
    (c("reward_got", canvas="7", op="eq", value=0), "cat dan"),
    (c("reward_got", window={"last": {"days": 30}}), "amy"),
    (c("reward_got", package="no id"), ""),
    (c("reward_held"), "amy"),
    (c("reward_held", value=2), "amy"),
    (c("reward_held", package="2"), "amy"),
    (c("reward_held", op="eq", value=0), "bob cat dan"),
    (c("reward_expiring", within={"days": 3}), "amy"),
    (c("reward_expiring", within={"days": 2}), ""),
    (c("reward_expiring", within={"days": 9}, package="2"), ""),
    (c("reward_usage", op="eq", value=50), "bob"),
    (c("reward_usage", op="lt", value=40), "amy cat"),
    (c("reward_usage", least=2, op="gte", value=0), "amy bob"),
    (c("reward_usage", op="not_exists"), "dan"),
    (c("reward_usage", package="1", window={"last": {"days": 30}}, op="eq", value=50), "amy"),
)


def test_rewards(scope: Tenant) -> None:
    people = [Person("amy"), Person("bob"), Person("cat"), Person("dan"), Person("ghost", gone="merged")]
    write(scope.pk, people)
    ids = {p.name: p.id for p in people}
    with connection.cursor() as cursor:
        for who, package, canvas, status, issued, expires, used in GRANTS:
            cursor.execute(
                "INSERT INTO rewards_grant (tenant_id, package_id, customer_id, item_no, item, status, canvas_id, node, round, variant, "
                "issued_at, expires_at, used_at) VALUES (%s, %s, %s, 0, '{}', %s, %s, '', 0, '', %s, %s, %s)",
                [scope.pk, package, ids[who], status, canvas, ago(days=issued),
                 None if expires is None else NOW + timedelta(days=expires), None if used is None else ago(days=used)],
            )  # fmt: skip
    check(REWARDS, people)


def test_inside_a_canvas_is_who_stands_at_a_step(scope: Tenant) -> None:
    """Asked of the canvas room; what it answers is told here."""
    from kernel import events
    from kernel.sets import people as people_set

    people = [Person("amy"), Person("bob"), Person("ghost", gone="merged")]
    write(scope.pk, people)
    events._handlers["audiences.inside_canvas"] = [lambda canvas_id: people_set(p.id for p in (people[:1] if canvas_id == 7 else people))]  # fmt: skip
    check([(c("canvas_inside", canvas="7"), "amy"), (c("canvas_inside"), "amy bob")], people)


def events_of(rule: Any) -> set[str]:
    from audiences.facade import events_in_rule

    return events_in_rule(rule)


def test_conditions_name_the_events_that_change_their_answer(scope: Tenant) -> None:
    assert events_of(c("responded", within={"days": 1})) == {"order.paid", "message.delivered"}
    assert events_of(c("abandoned", event="a", then="b", within={"days": 1})) == {"a", "b"}
    assert events_of(c("activity", events=["a", "b"], value=1)) == {"a", "b"}
    assert events_of(c("canvas")) == {"canvas.entered"}
