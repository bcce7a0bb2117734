"""Addresses of the channels room, below /api/v1/."""

from django.urls import path

from channels.rest import accounts, messages, templates

urlpatterns = [
    path("channel-providers", accounts.ProvidersView.as_view()),
    path("channel-accounts", accounts.AccountsView.as_view()),
    path("channel-accounts/<str:account_id>", accounts.AccountView.as_view()),
    path("channel-accounts/<str:account_id>/test", accounts.AccountTestView.as_view()),
    path("channel-accounts/<str:account_id>/resume", accounts.AccountResumeView.as_view()),
    path("template-schemas", templates.TemplateSchemasView.as_view()),
    path("templates", templates.TemplatesView.as_view()),
    path("templates/preview", templates.DraftPreviewView.as_view()),
    path("templates/<str:template_id>", templates.TemplateView.as_view()),
    path("templates/<str:template_id>/preview", templates.TemplatePreviewView.as_view()),
    path("templates/<str:template_id>/test", templates.TemplateTestView.as_view()),
    path("messages", messages.MessagesView.as_view()),
    path("callbacks/<str:token>", messages.CallbackView.as_view()),
]
