"""Who gets a place: placements, offers and allocation runs."""
