"""Nouns and states: what is kept, and the one place that opens a database transaction."""
