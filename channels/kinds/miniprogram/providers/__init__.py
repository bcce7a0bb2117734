"""Who delivers for the mini-program."""
