"""Providers of app push."""
