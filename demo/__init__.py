"""A synthetic tea-and-snack shop for the demo tenant. Above every room: nothing imports it but a management command."""
