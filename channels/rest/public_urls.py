"""Addresses that customers open, below the root."""

from django.urls import path

from channels.rest.follow import follow, opened
from channels.rest.unsubscribe import unsubscribe_page

urlpatterns = [
    path("u/<str:token>", unsubscribe_page, name="unsubscribe"),
    path("l/<str:token>", follow, name="follow"),
    path("o/<str:token>", opened, name="opened"),
]
