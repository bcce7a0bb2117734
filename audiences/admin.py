"""Admin of saved audiences: to look at; marketers change them in the application."""

from django.contrib import admin
from django.utils.translation import gettext as __
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from audiences.models import Audience
from tenants.admin_base import ScopedAdmin


@admin.register(Audience)
class AudienceAdmin(ScopedAdmin):
    list_display = ("name", "shown_kind", "size", "computed_at", "updated_at")
    list_filter = ("kind",)
    search_fields = ("name",)
    ordering = ("-id",)
    hidden = ("schedule", "next_refresh_at", "change", "failure")

    @display(description=_("类型"), ordering="kind")
    def shown_kind(self, audience: Audience) -> str:
        return __("动态") if audience.kind == "dynamic" else __("静态")
