"""HTTP side of the channels room."""
