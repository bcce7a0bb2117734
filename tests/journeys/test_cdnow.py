"""Seven quarters of real purchases (CDNOW) through the API into one campaign, checked against plain Python over the file.

docs/cdnow.md tells the same story for people. The file is read where it lies and never copied into the project.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tenants.models import Tenant
from tests.conftest import Api, make_key
from tests.journeys.shop import Shop, node
from tests.sink import Sink

FILE = Path(__file__).resolve().parents[3] / "shared" / "data" / "cdnow" / "CDNOW_master.txt"
UNTIL = date(1998, 7, 1)
SINCE = UNTIL - timedelta(days=180)  # [1998-01-02, 1998-07-01)
SECRET = "whsec_" + "Y2Ruby1jZG5vdy1jZG5vdy1jZG5vdw=="
BULK = 10_000

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not FILE.exists(), reason=f"real data is not here: {FILE}"),
]


@dataclass
class Buyer:
    """What plain Python knows of one customer of the file."""

    days: list[date] = field(default_factory=list)
    dollars: list[Decimal] = field(default_factory=list)
    disks: list[int] = field(default_factory=list)

    def lately(self) -> tuple[int, Decimal]:
        """Orders and dollars inside the window."""
        inside = [d for day, d in zip(self.days, self.dollars, strict=True) if SINCE <= day < UNTIL]
        return len(inside), sum(inside, Decimal(0))


def _rows() -> Iterator[tuple[str, date, int, Decimal]]:
    for line in FILE.read_text().splitlines():
        cells = line.split()
        if len(cells) == 4 and cells[0].isdigit():
            yield (
                cells[0],
                date(int(cells[1][:4]), int(cells[1][4:6]), int(cells[1][6:])),
                int(cells[2]),
                Decimal(cells[3]),
            )


def _buyers() -> dict[str, Buyer]:
    found: dict[str, Buyer] = defaultdict(Buyer)
    for customer, day, disks, dollars in _rows():
        found[customer].days.append(day)
        found[customer].disks.append(disks)
        found[customer].dollars.append(dollars)
    return found


def _events() -> list[dict[str, Any]]:
    return [
        {
            "event_id": f"cdnow-{n}", "customer": {"external_id": customer}, "name": "order.paid",
            "occurred_at": f"{day.isoformat()}T12:00:00+00:00",
            "properties": {"order_id": f"cdnow-{n}", "amount": float(dollars), "quantity": disks},
        }
        for n, (customer, day, disks, dollars) in enumerate(_rows())
    ]  # fmt: skip


def _import(shop: Shop, buyers: dict[str, Buyer]) -> None:
    people = [{"external_id": c, "consents": {"webhook": True}} for c in buyers]
    made = _post(shop, "customers/bulk", "customers", people, 200)
    assert made == {"created": len(buyers), "updated": 0}
    events = _events()
    taken = _post(shop, "events/bulk", "events", events, 202)
    assert taken == {"accepted": len(events), "duplicates": 0}
    again = shop.ok(shop.api.post("events/bulk", {"events": events[:BULK]}), 202)
    assert again == {"accepted": 0, "duplicates": BULK, "rejected": []}


def _post(shop: Shop, path: str, key: str, rows: list[Any], status: int) -> dict[str, int]:
    total: Counter[str] = Counter()
    for start in range(0, len(rows), BULK):
        answer = shop.ok(shop.api.post(path, {key: rows[start : start + BULK]}), status)
        assert answer.pop("rejected") == []
        total.update(answer)
    return dict(total)


def _paid(**more: Any) -> dict[str, Any]:
    return {"condition": "event", "event": "order.paid", **more}


def _audiences(shop: Shop) -> tuple[str, str]:
    """(at least two orders and over 100 dollars in the window, ever eight disks or more in one order)."""
    window = {"from": f"{SINCE.isoformat()}T00:00:00Z", "to": f"{UNTIL.isoformat()}T00:00:00Z"}
    good = {"all": [
        _paid(measure="count", op="gte", value=2, window=window),
        _paid(measure="sum", property="amount", op="gt", value=100, window=window),
    ]}  # fmt: skip
    large = _paid(measure="max", property="quantity", op="gte", value=8)
    return shop.audience(good, "Two orders and over 100 dollars"), shop.audience(large, "Large orders")


def _members(shop: Shop, audience: str) -> set[str]:
    return {c["external_id"] for c in shop.all(f"audiences/{audience}/members?page_size=1000")}


def _template(shop: Shop, sink: Sink) -> str:
    settings = {"url": sink.url, "secret": SECRET, "batch": 100}
    account = shop.account(channel="webhook", provider="webhook", settings=settings)
    body = {"who": "{{ customer.external_id }}", "text": "Your code: {{ reward.code | default: 'none' }}"}
    made = {"channel": "webhook", "account": account, "name": "July", "purpose": "marketing", "content": {"body": body}}
    return str(shop.ok(shop.api.post("templates", made), 201)["id"])


def _campaign(shop: Shop, good: str, template: str) -> dict[str, Any]:
    nodes = [
        node("good", "audience.source", audience=good),
        node("large", "audience.source", rule={"condition": "tag", "op": "has_any", "value": ["large"]}),
        node("minus", "set.subtract"),
        node("ab", "abtest.split", variants=[{"key": "a", "share": 50}, {"key": "b", "share": 50}]),
        node("coupon", "reward.grant", package=shop.package()),
        node("post", "message.send", template=template),
    ]  # fmt: skip
    edges = ["good>minus", "large>minus.minus", "minus>ab", "ab.a>coupon", "coupon>post", "ab.b>post"]
    return shop.run(shop.canvas(nodes, edges))


@pytest.fixture
def cdnow() -> Shop:
    return Shop(Api(make_key(Tenant.objects.create(name="CDNOW", timezone="UTC"))))


def test_a_campaign_over_every_purchase_of_cdnow(cdnow: Shop) -> None:
    buyers = _buyers()
    assert (len(buyers), sum(len(b.days) for b in buyers.values())) == (23_570, 69_659)
    _import(cdnow, buyers)
    good, large = _audiences(cdnow)

    wanted = {c for c, b in buyers.items() if b.lately()[0] >= 2 and b.lately()[1] > 100}
    over_ever = {c for c, b in buyers.items() if b.lately()[0] >= 2 and sum(b.dollars) > 100}
    big = {c for c, b in buyers.items() if max(b.disks) >= 8}
    assert wanted < over_ever  # the total counts inside the window: the other reading has more people
    assert _members(cdnow, good) == wanted
    assert _members(cdnow, large) == big

    tagging = cdnow.canvas(
        [node("s", "audience.source", audience=large), node("t", "customer.tag", tags=["large"])], ["s>t"]
    )
    assert cdnow.run(tagging)["nodes"]["t"]["left"] == {"out": len(big)}

    with Sink(SECRET) as sink:
        run = _campaign(cdnow, good, _template(cdnow, sink))
        reached = Counter(m["customer"]["external_id"] for m in sink.messages)
        by_variant = {
            v: {m["customer"]["external_id"] for m in sink.messages if _had_code(m) == v} for v in (True, False)
        }
        texts = {m["content"]["body"]["who"]: m["content"]["body"]["text"] for m in sink.messages}
    target = wanted - big
    assert (len(wanted), len(over_ever), len(big), len(target)) == (1_167, 2_290, 1_243, 831)  # as in docs/cdnow.md
    assert sink.forged == 0
    assert reached == Counter(target)  # everybody exactly once, nobody else
    _check_run(run, wanted, big)
    _check_halves(cdnow, run, by_variant, texts)


def _had_code(message: dict[str, Any]) -> bool:
    return not message["content"]["body"]["text"].endswith(" none")


def _check_run(run: dict[str, Any], wanted: set[str], big: set[str]) -> None:
    assert run["status"] == "finished"
    assert run["check"]["balanced"]
    assert run["check"]["entered"] == run["check"]["left"] == len(wanted | big)
    assert run["nodes"]["minus"]["left"] == {"out": len(wanted - big)}
    assert run["nodes"]["post"]["left"] == {"sent": len(wanted - big)}


def _check_halves(shop: Shop, run: dict[str, Any], by_variant: dict[bool, set[str]], texts: dict[str, str]) -> None:
    """The half with a coupon is the half that was granted one, each with its own code in its message."""
    grants = shop.all(f"grants?run={run['id']}&page_size=1000")
    codes = {g["code"] for g in grants}
    assert len(grants) == len(codes) == len(by_variant[True]) == run["nodes"]["ab"]["left"]["a"]
    assert {texts[who].removeprefix("Your code: ") for who in by_variant[True]} == codes
    both = len(by_variant[True]) + len(by_variant[False])
    assert abs(len(by_variant[True]) - both / 2) < 4 * (both / 4) ** 0.5  # four standard deviations of a fair coin
