"""Contacts: where somebody can be reached on one channel, pauses that staff put on one, and codes to make it theirs."""

from __future__ import annotations

from tortoise import fields

from models.base import Noun
from models.person import Person
from models.place import Place


class Contact(Noun):
    """One address on one channel; ``lane`` orders what goes in and out. ``bound_at``: since when it is of staff."""

    channel = fields.CharField(max_length=20)
    address = fields.CharField(max_length=120)
    place: fields.ForeignKeyRelation[Place] = fields.ForeignKeyField(
        "models.Place", related_name="contacts", on_delete=fields.RESTRICT, db_index=True
    )
    person: fields.ForeignKeyNullableRelation[Person] = fields.ForeignKeyField(
        "models.Person", related_name="contacts", null=True, on_delete=fields.SET_NULL, db_index=True
    )
    closed_at = fields.DatetimeField(null=True)
    bound_at = fields.DatetimeField(null=True)
    pushed_at = fields.DatetimeField(null=True)
    place_id: int
    person_id: int | None

    class Meta:
        table = "contact"
        unique_together = (("channel", "address"),)

    @property
    def lane(self) -> str:
        """The name under which this contact's messages are kept in order."""
        return f"{self.channel}:{self.address}"


class Mute(Noun):
    """Messages of a contact are paused until a moment: kept, but neither answered nor handed over.

    ``open_for_id`` is the contact's id until somebody ends it, and empty afterwards: a contact has one at a time.
    """

    contact: fields.ForeignKeyRelation[Contact] = fields.ForeignKeyField(
        "models.Contact", related_name="mutes", on_delete=fields.CASCADE, db_index=True
    )
    place: fields.ForeignKeyRelation[Place] = fields.ForeignKeyField(
        "models.Place", related_name="mutes", on_delete=fields.RESTRICT, db_index=True
    )
    until = fields.DatetimeField()
    reason = fields.CharField(max_length=200)
    by: fields.ForeignKeyNullableRelation[Person] = fields.ForeignKeyField(
        "models.Person", related_name="mutes", null=True, on_delete=fields.SET_NULL
    )
    open_for_id = fields.BigIntField(null=True, unique=True)
    told_at = fields.DatetimeField(null=True)
    ended_at = fields.DatetimeField(null=True)
    contact_id: int
    place_id: int
    by_id: int | None

    class Meta:
        table = "mute"


class BindCode(Noun):
    """The one code somebody may type in a chat to make it theirs; only a keyed hash is kept."""

    person: fields.OneToOneRelation[Person] = fields.OneToOneField(
        "models.Person", related_name="bind_code", on_delete=fields.CASCADE
    )
    code_hash = fields.CharField(max_length=64, unique=True)
    expires_at = fields.DatetimeField()
    used_at = fields.DatetimeField(null=True)
    person_id: int

    class Meta:
        table = "bind_code"
