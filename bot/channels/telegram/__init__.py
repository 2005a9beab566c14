"""Telegram: updates in by webhook or by polling, messages out through the Bot API. Only here is its library known."""

NAME = "telegram"
PATH = "/channels/telegram"
