"""Addresses of the canvas_app room, below /api/v1/."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
