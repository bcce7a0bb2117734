"""HTTP side of the audiences room."""
