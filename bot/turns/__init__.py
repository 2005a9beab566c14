"""One module per kind of turn in a conversation; a turn never imports another."""
