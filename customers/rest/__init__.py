"""HTTP side of the customers room."""
