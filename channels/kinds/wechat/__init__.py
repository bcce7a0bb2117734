"""WeChat official account."""
