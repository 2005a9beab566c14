"""Votes: rolls, ballots, counts."""
