"""Mutual help: a hand or a small wish asked for on a post, taken on by one neighbour, done by the asker's word."""
