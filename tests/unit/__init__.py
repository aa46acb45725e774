"""Tests without sockets and databases: fast."""
