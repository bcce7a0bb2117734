"""Addresses of the customers room, below /api/v1/."""

from django.urls import path

from customers.rest import customers, events

urlpatterns = [
    path("customers/bulk", customers.CustomersBulkView.as_view()),
    path("events/bulk", events.EventsBulkView.as_view()),
]
