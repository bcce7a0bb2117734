"""Do tags match what people did? A sample, looked at one person at a time, apart from the SQL that put the tags on (REP-6)."""
