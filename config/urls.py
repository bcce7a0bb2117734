"""Every address of the installation: API, docs, admin, health, and the browser application for the rest."""

from django.contrib import admin
from django.urls import include, path, re_path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerView

from config.views import browser_app, healthz, not_found, readyz

urlpatterns = [
    path("healthz", healthz),
    path("readyz", readyz),
    path("admin/", admin.site.urls),
    path("i18n/", include("django.conf.urls.i18n")),
    path("api/v1/", include("tenants.rest.urls")),
    path("api/v1/", include("customers.rest.urls")),
    path("api/v1/", include("audiences.rest.urls")),
    path("api/v1/", include("channels.rest.urls")),
    path("api/v1/", include("rewards.rest.urls")),
    path("api/v1/", include("canvas_app.rest.urls")),
    path("api/v1/schema/", SpectacularAPIView.as_view(), name="schema"),
    path("api/docs/", SpectacularSwaggerView.as_view(url_name="schema"), name="docs"),
    re_path(r"^api/.*$", not_found),
    path("", include("channels.rest.public_urls")),
    re_path(r"^(?!static/).*$", browser_app),
]
