"""Telegram: updates read, kept and answered, against a stand-in of the Bot API."""
