"""`./canvas manage rebuild_figures [--tenant ID]`: works every customer's figures out anew from the event log."""

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from audiences.figures.upkeep import rebuild
from tenants.models import Tenant
from tenants.scope import tenant_tx


class Command(BaseCommand):
    help = "Works stages, scores and expected purchases out anew, of one tenant or of all."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--tenant", type=int)

    def handle(self, *args: Any, **options: Any) -> None:
        tenants = Tenant.objects.filter(is_active=True)
        if options["tenant"]:
            tenants = tenants.filter(pk=options["tenant"])
        for tenant in tenants:
            began = time.monotonic()
            with tenant_tx(tenant.pk):
                rows = rebuild()
            self.stdout.write(f"{tenant.pk} {tenant.name}: {rows} ({time.monotonic() - began:.1f} s)")
