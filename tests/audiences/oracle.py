"""What a rule means, said again for one person at a time over plain lists: slow, obvious, and sharing no code."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from tests.audiences.shop import NOW, Happening, Person

ZONE = ZoneInfo("Asia/Shanghai")
ORDERED = {
    "eq": lambda a, b: a == b, "ne": lambda a, b: a != b, "gt": lambda a, b: a > b, "gte": lambda a, b: a >= b,
    "lt": lambda a, b: a < b, "lte": lambda a, b: a <= b, "in": lambda a, b: a in b, "not_in": lambda a, b: a not in b,
    "between": lambda a, b: b[0] <= a <= b[1],
}  # fmt: skip


def number(value: Any) -> Decimal | None:
    if isinstance(value, bool) or value is None or isinstance(value, list | dict):
        return None
    try:
        return Decimal(str(value))
    except ArithmeticError:
        return None


def holds(rule: dict[str, Any], who: Person) -> bool:
    if "all" in rule:
        return all(holds(part, who) for part in rule["all"])
    if "any" in rule:
        return any(holds(part, who) for part in rule["any"])
    if "not" in rule:
        return not holds(rule["not"], who)
    return CONDITIONS[rule["condition"]](rule, who)


def attribute(rule: dict[str, Any], who: Person) -> bool:
    left, op, right = who.attributes.get(rule["key"]), rule["op"], rule.get("value")
    if op in ("exists", "not_exists"):
        return (left is not None) == (op == "exists")
    if left is None:
        return False
    if rule["key"] == "age":
        return numeric(op, number(left), right)
    if rule["key"] == "birthday":
        return dated(op, date.fromisoformat(left), right)
    if op in ("contains", "not_contains"):
        return (right in left) == (op == "contains")
    return bool(ORDERED[op](left, right))


def numeric(op: str, left: Decimal | None, right: Any) -> bool:
    if op in ("exists", "not_exists"):
        return (left is not None) == (op == "exists")
    wanted = [number(r) for r in right] if isinstance(right, list) else number(right)
    return left is not None and bool(ORDERED[op](left, wanted))


def dated(op: str, left: date, right: Any) -> bool:
    today = NOW.astimezone(ZONE).date()
    if op == "within_last":
        return today - timedelta(days=right["days"]) <= left <= today
    if op == "within_next":
        return today <= left <= today + timedelta(days=right["days"])
    names = {"before": "lt", "after": "gt", "on": "eq"}
    wanted = [date.fromisoformat(r) for r in right] if isinstance(right, list) else date.fromisoformat(right)
    return bool(ORDERED[names.get(op, op)](left, wanted))


def inside(event: Happening, rule: dict[str, Any]) -> bool:
    window = rule.get("window") or {}
    if "last" in window:
        return NOW - timedelta(**window["last"]) <= event.at < NOW
    after = "from" not in window or datetime.fromisoformat(window["from"]) <= event.at
    return after and ("to" not in window or event.at < datetime.fromisoformat(window["to"]))


def passes(event: Happening, where: list[dict[str, Any]]) -> bool:
    for part in where:
        if part["property"] == "items.sku":
            if not any(item.get("sku") == part["value"] for item in event.properties.get("items", [])):
                return False
        elif not numeric(part["op"], number(event.properties.get(part["property"])), part.get("value")):
            return False
    return True


def matching(rule: dict[str, Any], who: Person) -> list[Happening]:
    return [e for e in who.events if e.name == rule["event"] and inside(e, rule) and passes(e, rule.get("where", []))]


def event(rule: dict[str, Any], who: Person) -> bool:
    found, measure, op, right = matching(rule, who), rule["measure"], rule["op"], rule.get("value")
    if measure in ("first", "last"):
        if not found:
            return op == "not_exists"
        if op in ("exists", "not_exists"):
            return op == "exists"
        at = (min if measure == "first" else max)(e.at for e in found)
        return NOW - timedelta(**right) <= at <= NOW if op == "within_last" else at < datetime.fromisoformat(right)
    return numeric(op, measured(rule, measure, found), right)


def measured(rule: dict[str, Any], measure: str, found: list[Happening]) -> Decimal | None:
    if measure == "count":
        return Decimal(len(found))
    if measure == "days":
        return Decimal(len({e.at.astimezone(ZONE).date() for e in found}))
    if measure == "distinct":
        return Decimal(
            len({item["sku"] for e in found for item in e.properties.get("items", []) if item.get("sku") is not None})
        )
    amounts = [n for e in found if (n := number(e.properties.get(rule["property"]))) is not None]
    if not amounts:
        return None
    return {"sum": sum(amounts), "min": min(amounts), "max": max(amounts), "avg": sum(amounts) / len(amounts)}[measure]  # type: ignore[return-value]


def sequence(rule: dict[str, Any], who: Person) -> bool:
    within = timedelta(**rule["within"]) if "within" in rule else timedelta(days=36500)

    def onward(step: int, first: datetime, last: datetime) -> bool:
        if step == len(rule["steps"]):
            return last - first <= within
        return any(
            onward(step + 1, first, e.at) for e in who.events if e.name == rule["steps"][step]["event"] and e.at > last
        )

    return any(onward(1, e.at, e.at) for e in who.events if e.name == rule["steps"][0]["event"])


def anniversary(rule: dict[str, Any], who: Person) -> bool:
    born = who.attributes.get(rule["key"])
    if born is None:
        return False
    day = NOW.astimezone(ZONE).date() + timedelta(days=rule["offset_days"])
    try:
        kept = date.fromisoformat(born).replace(year=day.year)
    except ValueError:
        kept = date(day.year, 2, 28)
    return kept == day


def tag(rule: dict[str, Any], who: Person) -> bool:
    carried = [name in who.tags for name in rule["value"]]
    return {"has_any": any(carried), "has_all": all(carried), "has_none": not any(carried)}[rule["op"]]


CONDITIONS = {"attribute": attribute, "event": event, "sequence": sequence, "anniversary": anniversary, "tag": tag}


def expected(rule: dict[str, Any], people: list[Person]) -> set[int]:
    return {who.id for who in people if not who.gone and holds(rule, who)}
