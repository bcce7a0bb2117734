"""One file a node type (or a small family that shares its settings)."""
