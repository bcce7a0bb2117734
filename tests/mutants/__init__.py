"""Does a test notice when a guard is taken away? `./canvas test --only mutants` takes each away, in a copy, and looks."""
