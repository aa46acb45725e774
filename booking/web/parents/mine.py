"""My page: where the family stands, reached by link alone."""
