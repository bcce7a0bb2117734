"""Who delivers for the official account."""
