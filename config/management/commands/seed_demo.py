"""`./canvas manage seed_demo`: the demo tenant and its log-in. Repeating it changes nothing."""

import secrets
import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandParser

from config.tasks import run_kind
from demo.seeding import seed, tenant_get
from demo.stand_ins import open_accounts
from kernel.wake import BULK, SEND, TRIGGER
from tenants.models import Member, Role, Tenant

USERS = (("demo", Role.OWNER, True), ("marketer", Role.MARKETER, False))


def login_file() -> Path:
    return settings.DATA_DIR / "secrets" / "demo-login"


class Command(BaseCommand):
    requires_system_checks: list[str] = []  # the starter has just migrated; this is about data
    help = "Makes the demo tenant: a synthetic tea shop with customers, events, canvases and one finished run."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--fakes", default="", help="address of running stand-ins: accounts of the demo point at them"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        began = time.monotonic()

        def say(what: str) -> None:
            self.stderr.write(f"{time.monotonic() - began:6.1f} s  {what}")

        tenant = tenant_get()
        _users(tenant)
        seed(tenant.pk, say, _work)
        if options["fakes"]:
            say(f"{open_accounts(tenant.pk, options['fakes'])} accounts at the stand-ins")
        say("done")


def _users(tenant: Tenant) -> None:
    """The first time with a random password, written down where the starter shows it from."""
    file, model = login_file(), get_user_model()
    known = file.read_text().strip().partition(" / ")[2] if file.exists() else ""
    password = known or secrets.token_urlsafe(12)
    for username, role, staff in USERS:
        user, made = model.objects.get_or_create(username=username, defaults={"is_staff": staff, "is_superuser": staff})
        if made or not known:
            user.set_password(password)
            user.save(update_fields=["password"])
        Member.objects.get_or_create(tenant=tenant, user=user, defaults={"role": role})
    if not known:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        file.touch(mode=0o600)
        file.write_text(f"{USERS[0][0]} / {password}\n")


def _work() -> None:
    """The worker loops, here: the starter seeds before it starts the workers."""
    while sum(run_kind(kind) for kind in (TRIGGER, BULK, SEND)):
        pass
