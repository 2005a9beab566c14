"""What is said to the bot in a group: answered in a few words for everybody to read, never about anybody."""
