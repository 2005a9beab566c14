"""How many messages a chat system still takes for somebody, until when, and what they agreed to beyond that."""

from __future__ import annotations

from tortoise import fields
from tortoise.models import Model


class Window(Model):
    """The open window of one lane: ``remaining`` messages until ``until_ms`` (milliseconds since 1970, UTC)."""

    lane = fields.CharField(max_length=150, primary_key=True)
    remaining = fields.IntField()
    until_ms = fields.BigIntField()

    class Meta:
        table = "reach_window"


class Consent(Model):
    """Somebody agreed to be sent so many notices outside the window, one for each time they agreed."""

    lane = fields.CharField(max_length=150, primary_key=True)
    remaining = fields.IntField()
    changed_ms = fields.BigIntField()

    class Meta:
        table = "reach_consent"
