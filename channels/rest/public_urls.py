"""Addresses that customers open: outside /api/."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
