"""Contacts: where somebody can be reached on one channel."""

from __future__ import annotations

from tortoise import fields

from models.base import Noun
from models.person import Person
from models.place import Place


class Contact(Noun):
    """One address on one channel; ``lane`` orders what goes in and out of it."""

    channel = fields.CharField(max_length=20)
    address = fields.CharField(max_length=120)
    place: fields.ForeignKeyRelation[Place] = fields.ForeignKeyField(
        "models.Place", related_name="contacts", on_delete=fields.RESTRICT, db_index=True
    )
    person: fields.ForeignKeyNullableRelation[Person] = fields.ForeignKeyField(
        "models.Person", related_name="contacts", null=True, on_delete=fields.SET_NULL, db_index=True
    )
    closed_at = fields.DatetimeField(null=True)
    place_id: int
    person_id: int | None

    class Meta:
        table = "contact"
        unique_together = (("channel", "address"),)

    @property
    def lane(self) -> str:
        """The name under which this contact's messages are kept in order."""
        return f"{self.channel}:{self.address}"
