"""Addresses of the audiences room, below /api/v1/."""

from django.urls import path

from audiences.rest import audiences, figures, rules

urlpatterns = [
    path("conditions", rules.ConditionsView.as_view()),
    path("figures", figures.FiguresView.as_view()),
    path("figures/rebuild", figures.RebuildView.as_view()),
    path("customers/<str:customer_id>/figures", figures.CustomerFiguresView.as_view()),
    path("audiences", audiences.AudiencesView.as_view()),
    path("audiences/preview", rules.PreviewView.as_view()),
    path("audiences/validate", rules.ValidateView.as_view()),
    path("audiences/overlap", rules.OverlapView.as_view()),
    path("audiences/refresh", audiences.RefreshManyView.as_view()),
    path("audiences/<str:audience_id>", audiences.AudienceView.as_view()),
    path("audiences/<str:audience_id>/refresh", audiences.RefreshView.as_view()),
    path("audiences/<str:audience_id>/members", audiences.MembersView.as_view()),
    path("audiences/<str:audience_id>/changes", audiences.ChangesView.as_view()),
    path("audiences/<str:audience_id>/history", audiences.HistoryView.as_view()),
]
