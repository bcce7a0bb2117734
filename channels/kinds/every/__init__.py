"""What serves every channel."""
