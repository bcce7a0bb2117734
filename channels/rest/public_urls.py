"""Addresses that customers open, below the root."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
