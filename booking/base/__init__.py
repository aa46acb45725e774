"""The ground everything stands on: database, clock, errors, texts, secrecy. Knows no noun of the field."""
