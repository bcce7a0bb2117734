"""Providers of every channel: console and webhook."""
