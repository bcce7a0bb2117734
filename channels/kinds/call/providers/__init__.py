"""Providers of outbound calls."""
