"""Finding posts again: what they are found by, and who may find them."""
