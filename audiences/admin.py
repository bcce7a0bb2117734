"""Admin of saved audiences: to look at; marketers change them in the application."""

from django.contrib import admin

from audiences.models import Audience
from tenants.admin_base import ScopedAdmin


@admin.register(Audience)
class AudienceAdmin(ScopedAdmin):
    list_display = ("name", "kind", "size", "computed_at", "updated_at")
    list_filter = ("kind",)
    search_fields = ("name",)
    ordering = ("-id",)
