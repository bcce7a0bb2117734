"""App push."""
