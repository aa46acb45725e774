"""What the city runs: districts, venues, programmes, groups and their sessions."""
