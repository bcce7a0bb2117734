"""How vendors want their requests signed: pure functions, held to published vectors (tests/channels/signing)."""
