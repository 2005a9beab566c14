"""What every stored noun shares."""

from __future__ import annotations

from tortoise import fields
from tortoise.models import Model


class Noun(Model):
    """A stored thing with a number of its own and the moment it came to be."""

    id = fields.BigIntField(primary_key=True)
    created_at = fields.DatetimeField()

    class Meta:
        abstract = True
