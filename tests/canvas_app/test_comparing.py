"""Two versions of a canvas side by side (CAN-4)."""

import pytest

from tests.journeys.shop import Shop, edge, node

pytestmark = pytest.mark.django_db(transaction=True)


def test_what_has_changed_since_a_version_is_named(shop: Shop) -> None:
    shop.customers(1)
    source, wait = (
        node("src", "audience.source", audience=shop.everyone()),
        node("w", "flow.wait", **{"for": {"hours": 1}}),
    )
    canvas = shop.canvas([source, wait, node("e", "flow.end")], ["src>w", "w>e"])
    shop.publish(canvas)
    moved = {**source, "position": {"x": 400, "y": 0}}
    longer = {**node("w", "flow.wait", **{"for": {"hours": 2}}), "label": "等一等"}
    graph = {
        "nodes": [moved, longer, node("tag", "customer.tag", tags=["x"])], "edges": [edge(7, "src>w"), edge(8, "w>tag")],
    }  # fmt: skip
    change = {"graph": graph, "quiet_hours": {"from": "22:00", "to": "08:00"}}
    shop.ok(shop.api.patch(f"canvases/{canvas}", change, **{"If-Match": '"1"'}))
    found = shop.ok(shop.api.get(f"canvases/{canvas}/versions/1/compare"))
    assert found["nodes"] == {
        "added": [{"id": "tag", "type": "customer.tag", "label": ""}],
        "removed": [{"id": "e", "type": "flow.end", "label": ""}],
        "changed": [{"id": "w", "type": "flow.wait", "label": "等一等", "fields": ["label", "for"]}],
    }
    assert [e["target"] for e in found["edges"]["added"]] == ["tag"]
    assert [e["target"] for e in found["edges"]["removed"]] == ["e"]
    assert found["settings"] == ["quiet_hours"]
    shop.publish(canvas)
    assert shop.ok(shop.api.get(f"canvases/{canvas}/versions/1/compare?with=2")) == found
    back = shop.ok(shop.api.get(f"canvases/{canvas}/versions/2/compare?with=1"))
    assert (back["nodes"]["added"], back["nodes"]["removed"]) == (found["nodes"]["removed"], found["nodes"]["added"])


@pytest.mark.parametrize(
    "path", ["9/compare", "1/compare?with=9", "1/compare?with=x", "1/compare?with=99999999999999999999"]
)
def test_versions_that_are_not_there(shop: Shop, path: str) -> None:
    shop.customers(1)
    canvas = shop.canvas([node("src", "audience.source", audience=shop.everyone()), node("e", "flow.end")], ["src>e"])
    shop.publish(canvas)
    assert shop.api.get(f"canvases/{canvas}/versions/{path}").status_code == 404
