"""Test runs (CAN-8): the engine's own walk through a draft, with a clock that jumps and a context without effects."""
