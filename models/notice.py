"""What was told to staff, kept where they sign in: a notice is found there even when no chat of theirs is known."""

from __future__ import annotations

from tortoise import fields
from tortoise.indexes import Index

from models.base import Noun
from models.person import Person


class StaffNotice(Noun):
    """One thing told to one of the staff; ``path`` is the page it leads to."""

    person: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField(
        "models.Person", related_name="notices", on_delete=fields.CASCADE
    )
    kind = fields.CharField(max_length=40)
    text = fields.TextField()
    path = fields.CharField(max_length=200, default="")
    read_at = fields.DatetimeField(null=True)
    person_id: int

    class Meta:
        table = "staff_notice"
        indexes = (Index(fields=("person_id", "read_at", "id")), Index(fields=("created_at",)))
