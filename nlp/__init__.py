"""Words in, meaning out: text only, no database and no network."""
