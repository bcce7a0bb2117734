"""The audiences room over HTTP."""
