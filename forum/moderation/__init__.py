"""Moderation: what is screened before it is published, and what is done about what was."""
