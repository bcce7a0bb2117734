"""The proof that nobody was lost and nothing done twice: equations between the ledgers of a run. Reads; only alarms write."""
