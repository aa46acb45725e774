"""Looking across: the demo city, checks, and later reports."""
