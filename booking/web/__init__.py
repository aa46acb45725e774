"""The three doors on the web: parents, leaders, staff; and the demo's own pages."""
