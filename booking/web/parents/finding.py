"""Finding: the start page, programmes by the child's age, coming groups."""
