"""Addresses of the tenants room, below /api/v1/."""

from django.urls import path

from tenants.rest import jobs, views

urlpatterns = [
    path("session", views.SessionView.as_view()),
    path("settings", views.SettingsView.as_view()),
    path("quotas", views.QuotasView.as_view()),
    path("members", views.MembersView.as_view()),
    path("members/<str:member_id>", views.MemberView.as_view()),
    path("api-keys", views.KeysView.as_view()),
    path("api-keys/<str:key_id>", views.KeyView.as_view()),
    path("jobs", jobs.JobsView.as_view()),
    path("jobs/<str:job_id>", jobs.JobView.as_view()),
    path("jobs/<str:job_id>/cancel", jobs.JobCancelView.as_view()),
    path("files/<str:file_id>", jobs.FileView.as_view()),
]
