"""Every address of the installation: API, admin, health, and the browser application for the rest."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("admin/", admin.site.urls),
    path("api/v1/", include("tenants.rest.urls")),
]
