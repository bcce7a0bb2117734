"""The catalogue: one file for each dimension or kind of condition; nothing else names them."""
