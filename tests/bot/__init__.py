"""The dialogue, its turns, its channels and delivery."""
