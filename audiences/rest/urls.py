"""Addresses of the audiences room, below /api/v1/."""

from django.urls import path

from audiences.rest import audiences, figures, overlap, people, rules, shelf, tags

urlpatterns = [
    path("conditions", rules.ConditionsView.as_view()),
    path("tags/<str:tag_id>/checks", tags.TagChecksView.as_view()),
    path("tags/<str:tag_id>/refresh", tags.TagRefreshView.as_view()),
    path("figures", figures.FiguresView.as_view()),
    path("figures/preview", figures.FiguresPreviewView.as_view()),
    path("figures/rebuild", figures.RebuildView.as_view()),
    path("customers/<str:customer_id>/figures", figures.CustomerFiguresView.as_view()),
    path("audiences", audiences.AudiencesView.as_view()),
    path("audiences/preview", rules.PreviewView.as_view()),
    path("audiences/validate", rules.ValidateView.as_view()),
    path("audiences/overlap", overlap.OverlapView.as_view()),
    path("audiences/combine", overlap.CombineView.as_view()),
    path("audiences/export-columns", people.ExportColumnsView.as_view()),
    path("audiences/folders", shelf.FoldersView.as_view()),
    path("audiences/move", shelf.MoveView.as_view()),
    path("audiences/refresh", audiences.RefreshManyView.as_view()),
    path("audiences/<str:audience_id>", audiences.AudienceView.as_view()),
    path("audiences/<str:audience_id>/refresh", audiences.RefreshView.as_view()),
    path("audiences/<str:audience_id>/sample", people.SampleView.as_view()),
    path("audiences/<str:audience_id>/reach", people.ReachView.as_view()),
    path("audiences/<str:audience_id>/people", people.PeopleView.as_view()),
    path("audiences/<str:audience_id>/export", people.ExportView.as_view()),
    path("audiences/<str:audience_id>/members", people.MembersView.as_view()),
    path("audiences/<str:audience_id>/changes", audiences.ChangesView.as_view()),
    path("audiences/<str:audience_id>/usage", shelf.UsageView.as_view()),
    path("audiences/<str:audience_id>/archive", shelf.ArchiveView.as_view()),
    path("audiences/<str:audience_id>/restore", shelf.RestoreView.as_view()),
    path("audiences/<str:audience_id>/duplicate", shelf.DuplicateView.as_view()),
    path("audiences/<str:audience_id>/history", audiences.HistoryView.as_view()),
]
