"""Who is on duty when."""

from __future__ import annotations

from tortoise import fields
from tortoise.indexes import Index

from models.base import Noun
from models.person import Person
from models.place import Place


class Duty(Noun):
    """A stretch of duty of one person in one place, from ``starts_at`` until before ``ends_at`` (UTC)."""

    place: fields.ForeignKeyRelation[Place] = fields.ForeignKeyField(
        "models.Place", related_name="duties", on_delete=fields.CASCADE
    )
    person: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField(
        "models.Person", related_name="duties", on_delete=fields.CASCADE, db_index=True
    )
    starts_at = fields.DatetimeField()
    ends_at = fields.DatetimeField()
    place_id: int
    person_id: int

    class Meta:
        table = "duty"
        indexes = (Index(fields=("place_id", "ends_at")),)
