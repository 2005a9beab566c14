"""Stand-ins for the chat systems' own servers: over real HTTP, with the limits the real ones enforce."""
