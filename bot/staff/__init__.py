"""The staff's own group: a topic for each question, a card that is kept up to date, answers typed there."""
