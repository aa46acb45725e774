"""From the first reminder to the last meeting."""
