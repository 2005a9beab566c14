"""The chat door: channels, dialogue, turns and delivery."""
