"""Items of duty (职责清单) as a neighbourhood has them, each version kept; the lists shared by all are files."""

from __future__ import annotations

from tortoise import fields
from tortoise.indexes import Index

from models.base import Noun


class DutyItem(Noun):
    """One version of a neighbourhood's own item: one of the shared lists as it has it, or one it added itself.

    ``body`` is JSON in the shape of ``casework.duties.items.Item``; empty: the item does not count here. ``in_force``
    names key and place while this version counts, and is empty afterwards: of an item there is one in force.
    """

    place_id = fields.BigIntField()
    key = fields.CharField(max_length=40)
    number = fields.IntField()
    body = fields.TextField()
    note = fields.CharField(max_length=200, default="")
    by_id = fields.BigIntField(null=True)
    in_force = fields.CharField(max_length=70, null=True, unique=True)

    class Meta:
        table = "duty_item"
        unique_together = (("place_id", "key", "number"),)
        indexes = (Index(fields=("place_id", "in_force")),)
