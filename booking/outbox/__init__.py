"""Messages that are to be sent, and how they are."""
