"""CHN-2 and accounts over HTTP: secrets never come back, templates are checked when saved, strangers see nothing."""

from typing import Any

import pytest

from channels.models import Account
from tenants.scope import tenant_tx
from tests.channels.conftest import SECRET, Shop
from tests.conftest import Api
from tests.sink import Sink

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("answer")]
CONSOLE = {"channel": "sms", "provider": "console", "name": "演示"}


@pytest.fixture
def account(api: Api) -> str:
    return str(api.post("channel-accounts", CONSOLE).json()["id"])


def template(api: Api, account: str, **change: Any) -> Any:
    return api.post(
        "templates",
        {
            "channel": "sms",
            "account": account,
            "name": "t",
            "purpose": "marketing",
            "content": {"text": "hi"},
            **change,
        },
    )


def pointers(answer: Any) -> list[tuple[str, str]]:
    assert answer.status_code == 400, answer.content
    return [(e["pointer"], e["code"]) for e in answer.json()["errors"]]


class TestAccounts:
    def test_secrets_are_sealed_and_never_shown(self, api: Api, gateway: Sink, shop: Shop) -> None:
        made = api.post(
            "channel-accounts",
            {"channel": "sms", "provider": "webhook", "name": "gw", "settings": {"url": gateway.url, "secret": SECRET, "batch": 5}, "limits": {"per_second": 10}},
        )  # fmt: skip
        assert made.status_code == 201
        shown = made.json()
        assert shown["settings"] == {"url": gateway.url, "batch": 5, "secret": {"set": True}}
        assert shown["limits"] == {"per_second": 10}
        assert SECRET not in api.get("channel-accounts").content.decode()
        with tenant_tx(shop.tenant.pk):
            row = Account.objects.get()
            assert SECRET.encode() not in bytes(row.sealed)
            assert "secret" not in row.settings

    def test_absent_and_unchanged_secrets_stay(self, api: Api, gateway: Sink, shop: Shop) -> None:
        from channels.services.accounts import account_now

        account = shop.gateway(gateway)
        answer = api.patch(
            f"channel-accounts/{account.pk}", {"settings": {"batch": 3, "secret": {"set": True}}, "name": "新名"}
        )
        assert answer.json()["name"] == "新名"
        with tenant_tx(shop.tenant.pk):
            now = account_now(Account.objects.get())
        assert (now.settings.secret, now.settings.batch) == (SECRET, 3)

    def test_faults_have_pointers(self, api: Api, settings: Any) -> None:
        settings.ALLOW_PRIVATE_EGRESS = ""
        assert pointers(api.post("channel-accounts", CONSOLE | {"channel": "fax"})) == [("/channel", "unknown_channel")]
        assert pointers(api.post("channel-accounts", CONSOLE | {"provider": "x"})) == [
            ("/provider", "unknown_provider")
        ]
        webhook = CONSOLE | {"provider": "webhook"}
        assert pointers(api.post("channel-accounts", webhook)) == [
            ("/settings/url", "missing"),
            ("/settings/secret", "missing"),
        ]
        private = webhook | {"settings": {"url": "http://10.0.0.1/", "secret": "s"}}
        assert pointers(api.post("channel-accounts", private)) == [("/settings/url", "url_refused")]
        assert pointers(api.post("channel-accounts", webhook | {"settings": {"url": "http://x.cn", "secret": "s", "batch": 1001}})) == [("/settings/batch", "bad_value")]  # fmt: skip
        assert pointers(api.post("channel-accounts", CONSOLE | {"colour": "red"})) == [("/colour", "unknown_field")]

    def test_channel_and_provider_stay(self, api: Api, account: str) -> None:
        assert pointers(api.patch(f"channel-accounts/{account}", {"channel": "email"})) == [("/channel", "fixed")]

    def test_strangers_find_nothing(self, api: Api, stranger: Api, anonymous: Api, account: str) -> None:
        for method, path in (("GET", ""), ("PATCH", ""), ("DELETE", ""), ("POST", "/test")):
            assert stranger.call(method, f"channel-accounts/{account}{path}", {}).status_code == 404
            assert anonymous.call(method, f"channel-accounts/{account}{path}", {}).status_code == 401
        assert api.get("channel-accounts/nonsense").status_code == 404
        assert stranger.get("channel-accounts").json()["results"] == []

    def test_an_account_in_use_is_not_deleted(self, api: Api, account: str) -> None:
        made = template(api, account).json()["id"]
        assert api.delete(f"channel-accounts/{account}").json()["code"] == "in_use"
        assert api.delete(f"templates/{made}").status_code == 204
        assert api.delete(f"channel-accounts/{account}").status_code == 204

    def test_the_test_button(self, api: Api, account: str, shop: Shop, gateway: Sink) -> None:
        assert api.post(f"channel-accounts/{account}/test", {"to": "13800138000"}).json()["ok"] is True
        other = shop.gateway(gateway)
        assert api.post(f"channel-accounts/{other.pk}/test", {"to": "13800138000"}).json()["ok"] is True
        assert gateway.messages[0]["to"] == "13800138000"
        gateway.mode = "status:401"
        answer = api.post(f"channel-accounts/{other.pk}/test", {"to": "1"}).json()
        assert answer["ok"] is False
        assert "http_401" in answer["detail"]

    def test_providers_tell_their_settings(self, api: Api) -> None:
        found = {(p["channel"], p["provider"]): p for p in api.get("channel-providers").json()}
        schema = found["sms", "webhook"]["schema"]["properties"]
        assert schema["secret"]["writeOnly"] is True
        assert schema["secret"]["x-ui"]["widget"] == "secret"
        assert {c for c, p in found if p == "console"} >= {
            "sms",
            "email",
            "push",
            "call",
            "webhook",
            "wechat_template",
            "wecom_customer",
        }

    def test_a_paused_account_sends_when_it_goes_on(self, api: Api, shop: Shop, gateway: Sink) -> None:
        account = shop.gateway(gateway)
        shop.touch(shop.template(account), shop.people(1))
        api.patch(f"channel-accounts/{account.pk}", {"status": "paused"})
        shop.drain()
        assert not gateway.messages
        api.patch(f"channel-accounts/{account.pk}", {"status": "active"})
        shop.drain()
        assert len(gateway.messages) == 1


class TestTemplates:
    def test_shown_with_variables(self, api: Api, account: str) -> None:
        text = '{{ customer.attributes.name | default: "顾客" }} {{ reward.code }} {% if event.properties.sku %}x{% endif %}'
        made = template(api, account, content={"text": text, "sign": "甲店"})
        assert made.status_code == 201
        assert made.json()["variables"] == ["customer.attributes.name", "event.properties.sku", "reward.code"]
        assert api.get(f"templates/{made.json()['id']}").json()["content"]["text"] == text

    @pytest.mark.parametrize(
        ("text", "code"),
        [
            ("你好\n{{ customer.name", "liquid_syntax"), ("{% if customer %}", "liquid_syntax"),
            ("{{ customer.name | upper_case_please }}", "unknown_filter"), ("{% include 'secrets' %}", "liquid_syntax"),
            ("{% render 'secrets' %}", "liquid_syntax"), ("{{ password }}", "unknown_variable"),
        ],
    )  # fmt: skip
    def test_liquid_faults_are_told_with_their_place(self, api: Api, account: str, text: str, code: str) -> None:
        assert pointers(template(api, account, content={"text": text})) == [("/content/text", code)]

    def test_the_line_is_named(self, api: Api, account: str) -> None:
        answer = template(api, account, content={"text": "一\n二\n{{ customer.name | nix }}"}).json()
        assert answer["errors"][0]["detail"] == "第 3 行:没有过滤器 nix"

    def test_shapes_are_checked(self, api: Api, account: str) -> None:
        assert pointers(template(api, account, content={})) == [("/content/text", "missing")]
        assert pointers(template(api, account, content={"text": "x", "colour": 1})) == [
            ("/content/colour", "unknown_field")
        ]
        assert pointers(template(api, "999999")) == [("/account", "unknown_account")]
        assert pointers(template(api, account, channel="email", content={"subject": "s", "text": "t"})) == [
            ("/account", "other_channel")
        ]
        email = api.post("channel-accounts", CONSOLE | {"channel": "email"}).json()["id"]
        assert pointers(template(api, email, channel="email", content={"subject": "s"}))[0][1] == "empty_content"

    def test_preview_with_a_customer(self, api: Api, account: str, shop: Shop) -> None:
        customer = min(shop.people(1, attributes={"name": "小明"}))
        made = template(
            api,
            account,
            content={"text": "{{ customer.attributes.name }}{{ customer.attributes.city }}您好", "sign": "甲店"},
        ).json()["id"]
        answer = api.post(f"templates/{made}/preview", {"customer": str(customer)}).json()
        assert answer["content"]["text"] == "小明您好"
        assert answer["to"].startswith("138****")
        assert [p["code"] for p in answer["problems"]] == ["empty_variable"]
        assert answer["sms"]["text"] == "【甲店】小明您好 拒收请回复R"
        assert answer["sms"]["segments"] == 1

    def test_preview_of_a_draft_escapes_html(self, api: Api, shop: Shop) -> None:
        customer = min(shop.people(1, channel="email", attributes={"name": "<b>"}))
        content = {"subject": "{{ customer.attributes.name }}", "html": "<p>{{ customer.attributes.name }}</p>"}
        answer = api.post(
            "templates/preview", {"channel": "email", "content": content, "customer": str(customer)}
        ).json()
        assert answer["content"] == {"subject": "<b>", "html": "<p>&lt;b&gt;</p>"}

    def test_preview_of_another_tenants_customer(self, api: Api, account: str, other_tenant: Any) -> None:
        theirs = min(Shop(other_tenant).people(1))
        made = template(api, account).json()["id"]
        assert pointers(api.post(f"templates/{made}/preview", {"customer": str(theirs)})) == [
            ("/customer", "no_such_customer")
        ]

    def test_endless_loops_are_stopped(self, api: Api, shop: Shop) -> None:
        text = "{% for i in (1..1000000) %}x{% endfor %}"
        answer = api.post("templates/preview", {"channel": "sms", "content": {"text": text}})
        assert answer.json()["code"] == "render_failed"

    def test_schemas_say_where_variables_may_stand(self, api: Api) -> None:
        found = {s["channel"]: s["schema"] for s in api.get("template-schemas").json()}
        assert found["sms"]["properties"]["text"]["x-liquid"] is True
        assert "x-liquid" not in found["sms"]["properties"]["sign"]

    def test_templates_in_use_stay(self, api: Api, account: str, answer: Any) -> None:
        made = template(api, account).json()["id"]
        answer("channels.template_used_by", lambda template_id: [{"type": "canvas", "id": "1", "name": "复购"}])
        refused = api.delete(f"templates/{made}")
        assert (refused.status_code, refused.json()["code"]) == (409, "in_use")
        assert "复购" in refused.json()["detail"]

    def test_strangers_find_nothing(self, api: Api, stranger: Api, account: str) -> None:
        made = template(api, account).json()["id"]
        for method, path in (("GET", ""), ("PATCH", ""), ("DELETE", ""), ("POST", "/preview")):
            body = {"customer": "1"} if path else {}
            assert stranger.call(method, f"templates/{made}{path}", body).status_code == 404
        assert pointers(template(stranger, account)) == [("/account", "unknown_account")]

    def test_languages(self, api: Api, account: str) -> None:
        english = Api(api.key, "en")
        answer = template(english, account, content={"text": "{{ password }}"}).json()
        assert answer["errors"][0]["detail"].startswith("Line 1: there is no variable password")


class TestMessages:
    def test_filters_and_masking(self, api: Api, stranger: Api, shop: Shop) -> None:
        group = shop.people(3)
        shop.touch(shop.template(shop.account()), group, node="m1")
        shop.touch(shop.template(shop.account()), shop.people(2, consent=None), node="m2")
        shop.drain()
        sent = api.get("messages?canvas=9&status=sent").json()["results"]
        assert len(sent) == 3
        assert all(m["to"].startswith("138****") and m["content"]["text"].startswith("您好 客") for m in sent)
        held = api.get("messages?run=1&node=m2").json()["results"]
        assert {(m["status"], m["reason"]) for m in held} == {("suppressed", "no_consent")}
        assert len(api.get(f"messages?customer={min(group)}").json()["results"]) == 1
        assert api.get("messages?canvas=other").json()["results"] == []
        assert stranger.get("messages").json()["results"] == []
        assert pointers(api.get("messages?status=lost")) == [("/status", "bad_value")]

    def test_pages(self, api: Api, shop: Shop) -> None:
        shop.touch(shop.template(shop.account()), shop.people(5))
        first = api.get("messages?page_size=3").json()
        rest = api.get(first["next"].split("/api/v1/")[1]).json()
        assert rest["next"] is None
        ids = [int(m["id"]) for m in first["results"] + rest["results"]]
        assert ids == sorted(ids, reverse=True)
        assert len(set(ids)) == 5

    def test_timeline(self, shop: Shop) -> None:
        from customers.timeline import Window
        from kernel.events import ask

        group = shop.people(1)
        shop.touch(shop.template(shop.account()), group)
        shop.drain()
        with tenant_tx(shop.tenant.pk):
            entries = [
                e
                for part in ask("customers.timeline.message", customer_id=min(group), window=Window(10))
                for e in part
                if e["kind"] == "message"
            ]
        assert [(e["name"], e["detail"]["status"]) for e in entries] == [("sms", "sent")]
