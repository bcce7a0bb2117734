"""SMTP end to end: a server of ours over real sockets, the real sender, and what comes back as mail."""

import datetime as dt
import ssl
from collections.abc import Callable
from email.utils import parseaddr
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.test import Client

from channels import bad_addresses, facade, sending
from channels.kinds.email.smtp_line import CONNECTIONS
from channels.models import Account, BadAddress, Message, Template
from channels.services.accounts import callback_url
from customers.models import Consent
from fakes.desk import Arrival
from fakes.server import Fakes
from fakes.vendors.smtp import Smtp
from kernel.sets import People
from tenants.scope import tenant_tx
from tests.channels.conftest import Shop
from tests.channels.email.conftest import CONTENT
from tests.conftest import Api

pytestmark = pytest.mark.django_db
ONE_CLICK = "List-Unsubscribe=One-Click"


def arrived(fakes: Fakes) -> list[Arrival]:
    return list(fakes.desk.arrivals)


def came_back(shop: Shop, account: Account, fakes: Fakes, event: str, *mails: Arrival) -> None:
    """What the mail server hands to our callback address."""
    with tenant_tx(shop.tenant.pk):
        url = callback_url(account)
    fakes.know("smtp", "mailer", "mail-secret", url)
    for push in fakes.receipts(list(mails), event):
        told = Client().post(urlsplit(push.url).path, push.body, content_type="message/rfc822")
        assert told.status_code == 200
    while facade.receipts_unit(shop.tenant.pk):
        pass


def test_thousands_go_through_a_few_kept_connections(shop: Shop, template: Template, fakes: Fakes) -> None:
    shop.touch(template, shop.people(2000, channel="email"))
    _drain_whole(shop)
    assert shop.statuses() == {"sent": 2000}
    assert len({a.to for a in arrived(fakes)}) == len(arrived(fakes)) == 2000
    assert 1 <= fakes.desk.connections["smtp"] <= CONNECTIONS
    with tenant_tx(shop.tenant.pk):
        assert {a.ref for a in arrived(fakes)} == set(Message.objects.values_list("provider_id", flat=True))


def _drain_whole(shop: Shop) -> None:
    """However slow the machine: an account that takes long for a slice yields to others for a while."""
    for _ in range(60):
        shop.drain()
        if "queued" not in shop.statuses():
            return
        sending._blocked.clear()
        shop.due_now()


def test_a_connection_that_the_server_closed_meanwhile_is_replaced(
    shop: Shop, template: Template, fakes: Fakes
) -> None:
    shop.touch(template, shop.people(1, channel="email"))
    shop.drain()
    fakes.do(_hang_up(fakes))
    shop.touch(template, shop.people(1, channel="email"), node="next")
    shop.drain()
    assert shop.statuses(node="next") == {"sent": 1}
    assert fakes.desk.connections["smtp"] == 2


async def _hang_up(fakes: Fakes) -> None:
    for writer in list(fakes.desk.open["smtp"]):
        writer.close()


def test_one_click_in_the_mail_stops_marketing(shop: Shop, template: Template, fakes: Fakes) -> None:
    group = shop.people(1, channel="email")
    shop.touch(template, group)
    shop.drain()
    headers = arrived(fakes)[0].facts["headers"]
    assert headers["List-Unsubscribe-Post"] == ONE_CLICK
    path = urlsplit(headers["List-Unsubscribe"].strip("<>")).path
    told = Client(enforce_csrf_checks=True).post(path, ONE_CLICK, content_type="application/x-www-form-urlencoded")
    assert told.status_code == 200
    with tenant_tx(shop.tenant.pk):
        assert [(c.granted, c.source) for c in Consent.objects.all()] == [(False, "unsubscribe_link")]
    shop.touch(template, group, node="next")
    shop.drain()
    assert shop.reasons(node="next") == {"unsubscribed": 1}
    assert len(arrived(fakes)) == 1


def test_service_mails_have_no_way_to_stop_them(shop: Shop, smtp: Callable[..., Account], fakes: Fakes) -> None:
    shop.touch(shop.template(smtp(), "service", subject="订单", text="已发货"), shop.people(1, channel="email"))
    shop.drain()
    assert not [name for name in arrived(fakes)[0].facts["headers"] if name.startswith("List-")]


def test_the_return_path_says_which_mail_it_was(shop: Shop, template: Template, fakes: Fakes) -> None:
    shop.touch(template, shop.people(1, channel="email"))
    shop.drain()
    facts = arrived(fakes)[0].facts
    local, _, domain = facts["return_path"].partition("@")
    name, _, id_ = local.partition("+")
    assert (name, domain) == ("bounce", "shop.example")
    assert facts["headers"]["Message-ID"] == f"<{id_}@shop.example>"
    assert parseaddr(facts["sender"]) == ("山间茶铺", "hi@shop.example")


def _next(shop: Shop, template: Template, group: People) -> dict[str, int]:
    shop.touch(template, group, node="next")
    shop.drain()
    return {reason: n for reason, n in shop.reasons(node="next").items() if reason}


def test_an_address_that_bounced_for_good_is_not_written_to_again(shop: Shop, template: Template, fakes: Fakes) -> None:
    group = shop.people(2, channel="email")
    shop.touch(template, group)
    shop.drain()
    gone = next(a for a in arrived(fakes) if a.to.startswith("c0@"))
    came_back(shop, template.account, fakes, "failed", gone)
    assert shop.statuses() == {"failed": 1, "sent": 1}
    assert _next(shop, template, group) == {"bad_address": 1}
    with tenant_tx(shop.tenant.pk):
        assert [(b.kind, b.reason) for b in BadAddress.objects.all()] == [("email", "bounced")]


def test_bad_addresses_are_known_of_crowds_too(
    shop: Shop, template: Template, fakes: Fakes, monkeypatch: pytest.MonkeyPatch
) -> None:
    group = shop.people(3, channel="email")
    shop.touch(template, group)
    shop.drain()
    came_back(shop, template.account, fakes, "failed", *arrived(fakes)[:2])
    shop.identify(min(group), "email", "new@x.com")
    with tenant_tx(shop.tenant.pk):
        one_by_one = bad_addresses.of("email", group)
        monkeypatch.setattr(bad_addresses, "_FEW", 1)
        assert bad_addresses.of("email", group) == one_by_one
    assert 1 <= len(one_by_one) <= 2
    assert one_by_one < group


def test_another_address_of_the_customer_is_written_to(shop: Shop, template: Template, fakes: Fakes) -> None:
    group = shop.people(1, channel="email")
    shop.touch(template, group)
    shop.drain()
    came_back(shop, template.account, fakes, "failed", *arrived(fakes))
    shop.identify(next(iter(group)), "email", "new@x.com")
    assert _next(shop, template, group) == {}
    assert arrived(fakes)[-1].to == "new@x.com"


def test_who_complains_gets_nothing_more(
    shop: Shop, template: Template, smtp: Callable[..., Account], fakes: Fakes
) -> None:
    group = shop.people(1, channel="email")
    shop.touch(template, group)
    shop.drain()
    came_back(shop, template.account, fakes, "complained", *arrived(fakes))
    with tenant_tx(shop.tenant.pk):
        assert not Consent.objects.get().granted
        assert BadAddress.objects.get().reason == "complained"
    assert _next(shop, template, group) == {"unsubscribed": 1}
    service = shop.template(smtp(), "service", subject="订单", text="已发货")
    shop.touch(service, group, node="service")
    shop.drain()
    assert shop.reasons(node="service") == {"bad_address": 1}


def test_a_report_of_another_accounts_mail_changes_nothing(shop: Shop, template: Template, smtp: Callable[..., Account], fakes: Fakes) -> None:  # fmt: skip
    shop.touch(template, shop.people(1, channel="email"))
    shop.drain()
    came_back(shop, smtp(), fakes, "failed", *arrived(fakes))
    assert shop.statuses() == {"sent": 1}


@pytest.fixture
def certificate(tmp_path: Path) -> tuple[Path, Path]:
    """(certificate, key) of localhost and 127.0.0.1."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = dt.datetime.now(dt.UTC)
    names = x509.SubjectAlternativeName([x509.DNSName("localhost")])
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(1)
        .not_valid_before(now - dt.timedelta(days=1)).not_valid_after(now + dt.timedelta(days=1)).add_extension(names, False)
        .add_extension(x509.BasicConstraints(True, None), True).sign(key, hashes.SHA256())
    )  # fmt: skip
    files = tmp_path / "cert.pem", tmp_path / "key.pem"
    files[0].write_bytes(made.public_bytes(serialization.Encoding.PEM))
    files[1].write_bytes(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))  # fmt: skip
    return files


@pytest.fixture
def secure(fakes: Fakes, certificate: tuple[Path, Path]) -> int:
    """Port of a server that offers STARTTLS."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(*certificate)
    server = fakes.do(Smtp().listen(fakes.desk, 0, context))
    port: int = server.sockets[0].getsockname()[1]
    return port


def test_starttls_with_a_certificate_that_is_trusted(shop: Shop, smtp: Callable[..., Account], fakes: Fakes, secure: int, certificate: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
    account = smtp(tls="starttls", host="localhost", port=secure)
    shop.touch(shop.template(account, **CONTENT), shop.people(1, channel="email"))
    shop.drain()
    assert shop.statuses() == {"sent": 1}
    assert arrived(fakes)[0].facts["encrypted"] is True


def _test_of(api: Api, account: Account) -> str:
    told = api.post(f"channel-accounts/{account.pk}/test", {}).json()
    assert not told["ok"]
    return str(told["detail"])


def test_what_is_wrong_with_an_account_is_said(
    api: Api, smtp: Callable[..., Account], secure: int, settings: Any
) -> None:
    assert "config:tls_refused" in _test_of(api, smtp(tls="starttls", host="localhost", port=secure))
    assert "config:no_starttls" in _test_of(api, smtp(tls="starttls"))
    assert "config:tls_refused" in _test_of(api, smtp(tls="tls"))
    assert "config:535 5.7.8 auth" in _test_of(api, smtp(password="wrong"))
    assert "retry:not_connected" in _test_of(api, smtp(port=9))
    account = smtp()
    settings.ALLOW_PRIVATE_EGRESS = ""
    assert "config:egress_refused" in _test_of(api, account)


def test_without_a_user_name_the_server_refuses(shop: Shop, smtp: Callable[..., Account]) -> None:
    account = smtp(username="", password="")
    shop.touch(shop.template(account, **CONTENT), shop.people(1, channel="email"))
    shop.drain()
    with tenant_tx(shop.tenant.pk):
        assert Account.objects.get(pk=account.pk).status_reason == "config:530 5.7.0 mail"


def test_settings_that_can_not_be_are_refused(api: Api) -> None:
    def refused(**more: Any) -> set[str]:
        known = {"host": "mail.shop.example", "from": "hi@shop.example", **more}
        told = api.post("channel-accounts", {"channel": "email", "provider": "smtp", "name": "a", "settings": known})
        return {error["pointer"] for error in told.json().get("errors", [])}

    assert refused() == set()
    assert refused(**{"from": "nobody"}) == {"/settings/from"}
    assert refused(reply_to="x") == {"/settings/reply_to"}
    assert refused(bounce_address="Bounces <b@x.com>") == {"/settings/bounce_address"}
    assert refused(host="https://mail.shop.example") == {"/settings/host"}
    assert refused(host="10.0.0.1") == {"/settings/host"}
    assert refused(tls="ssl") == {"/settings/tls"}
