"""What everything leans on: accounts, links, the city's settings, the audit log and the ledger."""
