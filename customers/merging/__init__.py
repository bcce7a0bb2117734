"""Two customers who are one person: merged with history, undone within 30 days (docs/decisions/024)."""
