"""Addresses of the customers room, below /api/v1/."""

from django.urls import path

from customers.rest import attributes, customers, events, identities, imports, merges, staff, staff_tasks, tags

urlpatterns = [
    path("customers", customers.CustomersView.as_view()),
    path("customers/bulk", customers.CustomersBulkView.as_view()),
    path("customers/<str:customer_id>", customers.CustomerView.as_view()),
    path("customers/<str:customer_id>/identities", identities.IdentitiesView.as_view()),
    path("customers/<str:customer_id>/identities/<str:identity_id>", identities.IdentityView.as_view()),
    path("customers/<str:customer_id>/merge", merges.MergeView.as_view()),
    path("customers/<str:customer_id>/merges", merges.MergesView.as_view()),
    path("customers/<str:customer_id>/merges/<str:merge_id>/undo", merges.MergeUndoView.as_view()),
    path("customers/<str:customer_id>/timeline", customers.TimelineView.as_view()),
    path("events", events.EventsView.as_view()),
    path("events/bulk", events.EventsBulkView.as_view()),
    path("events/stats", events.EventStatsView.as_view()),
    path("event-types", events.EventTypesView.as_view()),
    path("event-types/<str:name>", events.EventTypeView.as_view()),
    path("event-types/<str:name>/values", events.EventValuesView.as_view()),
    path("attributes", attributes.AttributesView.as_view()),
    path("attributes/<str:key>", attributes.AttributeView.as_view()),
    path("attributes/<str:key>/usage", attributes.AttributeUsageView.as_view()),
    path("attributes/<str:key>/archive", attributes.AttributeArchiveView.as_view()),
    path("attributes/<str:key>/restore", attributes.AttributeRestoreView.as_view()),
    path("tags", tags.TagsView.as_view()),
    path("tags/<str:tag_id>", tags.TagView.as_view()),
    path("staff", staff.StaffListView.as_view()),
    path("staff/<str:staff_id>", staff.StaffView.as_view()),
    path("staff/<str:staff_id>/customers", staff.StaffCustomersView.as_view()),
    path("staff-tasks", staff_tasks.StaffTasksView.as_view()),
    path("staff-tasks/rates", staff_tasks.StaffTaskRatesView.as_view()),
    path("staff-tasks/<str:task_id>/done", staff_tasks.DoneView.as_view()),
    path("staff-tasks/<str:task_id>/dismiss", staff_tasks.DismissView.as_view()),
    path("staff-tasks/<str:task_id>/reopen", staff_tasks.ReopenView.as_view()),
    path("imports", imports.ImportsView.as_view()),
    path("imports/<str:import_id>", imports.ImportView.as_view()),
    path("imports/<str:import_id>/preview", imports.ImportPreviewView.as_view()),
    path("imports/<str:import_id>/start", imports.ImportStartView.as_view()),
    path("imports/<str:import_id>/undo", imports.ImportUndoView.as_view()),
]
