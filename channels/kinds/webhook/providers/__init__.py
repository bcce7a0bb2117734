"""Providers of the channel webhook alone."""
