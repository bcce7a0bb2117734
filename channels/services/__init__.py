"""Writes of the channels room: accounts, templates."""
