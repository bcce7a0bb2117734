"""Main floor: canvases, versions, runs, and the engine that carries them out."""
