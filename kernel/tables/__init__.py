"""Tables that people bring and take away: CSV and XLSX, row by row in flat memory. Knows no database."""
