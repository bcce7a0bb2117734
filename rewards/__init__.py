"""Room for rewards: packages, code pools, grants (ledger), stock."""
