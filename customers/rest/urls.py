"""Addresses of the customers room, below /api/v1/."""

from django.urls import path

from customers.rest import customers

urlpatterns = [
    path("customers/bulk", customers.CustomersBulkView.as_view()),
]
