"""Addresses of the channels room, below /api/v1/."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
