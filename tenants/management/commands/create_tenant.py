"""`./canvas manage create_tenant NAME [--timezone ZONE] --api-key` prints one line of JSON."""

import json
import zoneinfo
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from tenants.keys import ALL, key_create
from tenants.models import Tenant
from tenants.scope import tenant_tx


class Command(BaseCommand):
    help = "Creates a tenant, with an API key if asked for."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name")
        parser.add_argument("--timezone", default="Asia/Shanghai")
        parser.add_argument("--api-key", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["timezone"] not in zoneinfo.available_timezones():
            raise CommandError(f"没有这个时区 / unknown time zone: {options['timezone']}")
        tenant = Tenant.objects.create(name=options["name"], timezone=options["timezone"])
        answer = {"tenant": str(tenant.pk)}
        if options["api_key"]:
            with tenant_tx(tenant.pk):
                answer["api_key"] = key_create(name="create_tenant", scopes=[ALL])[1]
        self.stdout.write(json.dumps(answer))
