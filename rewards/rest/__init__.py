"""HTTP side of the rewards room."""
