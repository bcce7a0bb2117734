"""Addresses of the customers room, below /api/v1/."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
