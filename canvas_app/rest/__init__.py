"""HTTP side of the canvas_app room."""
