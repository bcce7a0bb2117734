"""TEN-2, CAN-4: where the tenant asks for approval, a marketer's canvas goes live when somebody else who may agrees."""

from typing import Any

import pytest
from django.test import Client

from tenants.models import AuditEntry, Tenant
from tenants.scope import tenant_tx
from tests.conftest import Api
from tests.journeys.shop import Shop, node
from tests.tenants.test_roles import browser, send

pytestmark = pytest.mark.django_db(transaction=True)


class Team:
    """A marketer, an approver, an owner, and a canvas that is fit to be published."""

    def __init__(self, api: Api, tenant: Tenant, *, approval: bool = True) -> None:
        self.api, self.tenant, shop = api, tenant, Shop(api)
        shop.customers(2)
        api.patch("settings", {"approval": approval})
        nodes = [node("all", "audience.source", audience=shop.everyone()), node("tag", "customer.tag", tags=["x"])]
        self.canvas = shop.canvas(nodes, ["all>tag"])
        self.marketer, self.approver, self.owner = (browser(tenant, r) for r in ("marketer", "approver", "owner"))

    def do(self, client: Client, act: str, body: Any = None) -> Any:
        return send(client, "POST", f"canvases/{self.canvas}/{act}", body or {})

    def shown(self) -> dict[str, Any]:
        found: dict[str, Any] = self.api.get(f"canvases/{self.canvas}").json()
        return found

    def waiting(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.api.get("approvals?status=awaiting_approval").json()["results"]
        return found


@pytest.fixture
def team(api: Api, tenant: Tenant) -> Team:
    return Team(api, tenant)


def test_without_the_setting_a_marketer_publishes(api: Api, tenant: Tenant) -> None:
    team = Team(api, tenant, approval=False)
    assert team.do(team.marketer, "publish").status_code == 200
    assert team.shown()["status"] == "live"
    assert team.marketer.get("/api/v1/session").json()["asks_approval"] is False


def test_asking_and_agreeing(team: Team) -> None:
    assert team.marketer.get("/api/v1/session").json()["asks_approval"] is True
    asked = team.do(team.marketer, "publish", {"name": "双十一"})
    assert (asked.status_code, asked.json()["status"]) == (202, "draft")
    assert asked.json()["approval"]["status"] == "awaiting_approval"
    assert [w["canvas"]["id"] for w in team.waiting()] == [team.canvas]
    agreed = team.do(team.approver, "approve", {"comment": "好"})
    assert (agreed.status_code, agreed.json()["status"], agreed.json()["version"]) == (200, "live", 1)
    assert (team.waiting(), team.shown()["approval"]) == ([], None)
    (version,) = team.api.get(f"canvases/{team.canvas}/versions").json()["results"]
    assert version["name"] == "双十一"
    with tenant_tx(team.tenant.pk):
        acts = list(
            AuditEntry.objects.filter(target=f"canvas:{team.canvas}").order_by("pk").values_list("action", flat=True)
        )
    assert acts == ["canvas.create", "canvas.ask_approval", "canvas.approve", "canvas.publish"]


def test_refusing_says_why_and_nothing_goes_live(team: Team) -> None:
    team.do(team.marketer, "publish")
    assert team.do(team.approver, "reject").status_code == 400  # without a word
    assert team.do(team.approver, "reject", {"comment": "人太多"}).status_code == 200
    shown = team.shown()
    assert (shown["status"], shown["approval"]["status"], shown["approval"]["comment"]) == (
        "draft",
        "rejected",
        "人太多",
    )
    assert team.do(team.marketer, "publish").status_code == 202  # and can be asked for again
    assert len(team.waiting()) == 1


def test_who_may_not_agree(team: Team) -> None:
    team.do(team.marketer, "publish")
    for client in (team.marketer, browser(team.tenant, "analyst")):
        assert team.do(client, "approve").status_code == 403
        assert team.do(client, "reject", {"comment": "x"}).status_code == 403
    assert team.shown()["status"] == "draft"


def test_nobody_agrees_to_their_own_request(team: Team) -> None:
    from tenants.models import Member

    team.do(team.marketer, "publish")
    (asked,) = team.waiting()
    Member.objects.filter(tenant=team.tenant, user__username=asked["asked_by"]).update(role="owner")
    refused = team.do(team.marketer, "approve")
    assert (refused.status_code, refused.json()["code"]) == (403, "own_approval")


def test_what_was_changed_since_must_be_asked_for_again(team: Team) -> None:
    team.do(team.marketer, "publish")
    shown = team.shown()
    graph = {**shown["graph"], "nodes": [{**n, "label": "改"} for n in shown["graph"]["nodes"]]}
    changed = team.api.patch(f"canvases/{team.canvas}", {"graph": graph}, **{"If-Match": f'"{shown["revision"]}"'})
    assert changed.status_code == 200, changed.content
    assert team.waiting()[0]["changed"] is True
    refused = team.do(team.approver, "approve")
    assert (refused.status_code, refused.json()["code"]) == (409, "changed_since")
    assert team.do(team.marketer, "publish").status_code == 202
    assert team.do(team.approver, "approve").status_code == 200


def test_a_live_canvas_stays_as_it_is_until_somebody_agrees(team: Team) -> None:
    assert team.do(team.owner, "publish").status_code == 200  # whoever may agree need not ask
    assert team.do(team.marketer, "publish").status_code == 202
    assert (team.shown()["status"], team.shown()["version"]) == ("live", 1)
    assert team.do(team.approver, "approve").status_code == 200
    assert team.shown()["version"] == 2


def test_publishing_by_who_may_settles_what_waited(team: Team) -> None:
    team.do(team.marketer, "publish")
    team.do(team.owner, "publish")
    assert team.waiting() == []
    assert team.do(team.approver, "approve").json()["code"] == "nothing_to_approve"


def test_taking_it_back_and_deleting_the_draft(team: Team) -> None:
    team.do(team.marketer, "publish")
    assert team.do(team.marketer, "withdraw").status_code == 200
    assert team.waiting() == []
    assert team.api.delete(f"canvases/{team.canvas}").status_code == 204


def test_what_is_not_fit_is_refused_before_anybody_is_asked(team: Team) -> None:
    team.canvas = str(team.api.post("canvases", {"name": "空", "kind": "scheduled"}).json()["id"])
    assert (team.do(team.marketer, "publish").status_code, team.waiting()) == (409, [])
