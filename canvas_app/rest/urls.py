"""Addresses of the canvas room, below /api/v1/."""

from django.urls import path

from canvas_app.rest import approvals, runs, simulate, versions, views

_LIFE = [path(f"canvases/<str:canvas_id>/{act}", view.as_view()) for act, view in views.LIFE.items()]

urlpatterns = [
    path("node-types", views.NodeTypesView.as_view()),
    path("canvas-templates", views.GalleryView.as_view()),
    path("canvases", views.CanvasesView.as_view()),
    path("canvases/<str:canvas_id>", views.CanvasView.as_view()),
    path("canvases/<str:canvas_id>/check", views.CheckView.as_view()),
    path("canvases/<str:canvas_id>/estimate", views.EstimateView.as_view()),
    path("canvases/<str:canvas_id>/simulate", simulate.SimulateView.as_view()),
    path("canvases/<str:canvas_id>/publish", views.PublishView.as_view()),
    path("canvases/<str:canvas_id>/approve", approvals.ApproveView.as_view()),
    path("canvases/<str:canvas_id>/reject", approvals.RejectView.as_view()),
    path("canvases/<str:canvas_id>/withdraw", approvals.WithdrawView.as_view()),
    path("approvals", approvals.ApprovalsView.as_view()),
    *_LIFE,
    path("canvases/<str:canvas_id>/resume", views.ResumeView.as_view()),
    path("canvases/<str:canvas_id>/inside", views.InsideView.as_view()),
    path("canvases/<str:canvas_id>/duplicate", views.DuplicateView.as_view()),
    path("canvases/<str:canvas_id>/run-now", views.RunNowView.as_view()),
    path("canvases/<str:canvas_id>/occurrences", views.OccurrencesView.as_view()),
    path("canvases/<str:canvas_id>/versions", views.VersionsView.as_view()),
    path("canvases/<str:canvas_id>/versions/<int:number>/compare", versions.CompareView.as_view()),
    path("canvases/<str:canvas_id>/versions/<int:number>/restore", views.RestoreView.as_view()),
    path("runs", runs.RunsView.as_view()),
    path("runs/<str:run_id>", runs.RunView.as_view()),
    path("runs/<str:run_id>/check", runs.RunCheckView.as_view()),
    path("runs/<str:run_id>/stop", runs.StopView.as_view()),
    path("runs/<str:run_id>/retry", runs.RetryView.as_view()),
    path("runs/<str:run_id>/release", runs.ReleaseView.as_view()),
    path("runs/<str:run_id>/nodes/<str:node>/customers", runs.NodeCustomersView.as_view()),
    path("runs/<str:run_id>/nodes/<str:node>/save-audience", runs.SaveAudienceView.as_view()),
]
