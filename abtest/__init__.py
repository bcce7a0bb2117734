"""Room for experiments: deterministic assignment, statistics, winners."""
