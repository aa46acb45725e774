"""Who asks, and for what: families, registrations and the waitlist."""
