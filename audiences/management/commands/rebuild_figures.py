"""`./canvas manage rebuild_figures [--tenant ID]`: works figures and tags kept by a rule out anew from the event log."""

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from audiences.figures.learning import learn
from audiences.following import rebuild_figures
from audiences.tagging import refresh_all
from tenants.models import Tenant
from tenants.scope import tenant_tx


class Command(BaseCommand):
    help = "Works stages, scores, expected purchases and tags with a rule out anew, of one tenant or of all."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--tenant", type=int)

    def handle(self, *args: Any, **options: Any) -> None:
        tenants = Tenant.objects.filter(is_active=True)
        if options["tenant"]:
            tenants = tenants.filter(pk=options["tenant"])
        for tenant in tenants:
            began = time.monotonic()
            rows = rebuild_figures(tenant.pk)
            with tenant_tx(tenant.pk):
                learn()
            tags = refresh_all(tenant.pk, lambda done, total: None)
            took = time.monotonic() - began
            self.stdout.write(f"{tenant.pk} {tenant.name}: {rows} customers, {tags} tags ({took:.1f} s)")
