"""Wires the rewards room."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from kernel.events import subscribe


class RewardsConfig(AppConfig):
    name = "rewards"
    verbose_name = _("权益")

    def ready(self) -> None:
        from rewards import uploading
        from rewards.merging import on_merged, on_unmerged
        from rewards.proof import run_proof
        from rewards.subscribers import grants, timeline
        from tenants.jobs import register_runner

        register_runner(uploading.RUN, uploading.run)
        subscribe("customers.merged", on_merged)
        subscribe("customers.unmerged", on_unmerged)
        subscribe("customers.timeline.grant", timeline)
        subscribe("audiences.grants", grants)
        subscribe("runs.proof", run_proof)
