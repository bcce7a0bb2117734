"""Channels, one package each; the registry walks them."""
