"""What is done for somebody (走访、津贴…), and who looked at a person's hidden numbers and why."""

from __future__ import annotations

from enum import StrEnum

from tortoise import fields
from tortoise.indexes import Index

from models.base import Noun
from models.home import Home
from models.person import Person
from models.place import Place


class Service(Noun):
    """A visit, an allowance, a note: on a day, for a person, a home or both. ``kind`` is of the rules' ``services``.

    ``key`` names the form it came by, so that one sent twice is one row; ``struck_at``: since when it does not count.
    """

    place: fields.ForeignKeyRelation[Place] = fields.ForeignKeyField(
        "models.Place", related_name="services", on_delete=fields.RESTRICT
    )
    person: fields.ForeignKeyNullableRelation[Person] = fields.ForeignKeyField(
        "models.Person", related_name="services", null=True, on_delete=fields.SET_NULL
    )
    home: fields.ForeignKeyNullableRelation[Home] = fields.ForeignKeyField(
        "models.Home", related_name="services", null=True, on_delete=fields.SET_NULL
    )
    kind = fields.CharField(max_length=20)
    day = fields.DateField()
    note_sealed = fields.TextField(null=True)
    by: fields.ForeignKeyNullableRelation[Person] = fields.ForeignKeyField(
        "models.Person", related_name="services_done", null=True, on_delete=fields.SET_NULL
    )
    key = fields.CharField(max_length=40)
    struck_at = fields.DatetimeField(null=True)
    struck_by_id = fields.BigIntField(null=True)
    place_id: int
    person_id: int | None
    home_id: int | None
    by_id: int | None

    class Meta:
        table = "service"
        unique_together = (("place", "key"),)
        indexes = (
            Index(fields=("person_id", "day")),
            Index(fields=("home_id", "day")),
            Index(fields=("place_id", "day")),
        )


class LookField(StrEnum):
    """What of a person was looked at: a number in full, or the list taken out in which they stand without one."""

    PHONE = "phone"
    ID_NUMBER = "id_number"
    LIST = "list"


class Look(Noun):
    """Somebody saw a number of a person in full, or took out a list with them: which, and for which of ``purposes``.

    ``export_id``: it stood in a list that was exported.
    """

    place: fields.ForeignKeyRelation[Place] = fields.ForeignKeyField(
        "models.Place", related_name="looks", on_delete=fields.CASCADE, db_index=True
    )
    person: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField(
        "models.Person", related_name="looks", on_delete=fields.CASCADE
    )
    by: fields.ForeignKeyNullableRelation[Person] = fields.ForeignKeyField(
        "models.Person", related_name="looked", null=True, on_delete=fields.SET_NULL
    )
    field = fields.CharEnumField(LookField, max_length=20)
    purpose = fields.CharField(max_length=20)
    note_sealed = fields.TextField(null=True)
    export_id = fields.BigIntField(null=True)
    place_id: int
    person_id: int
    by_id: int | None

    class Meta:
        table = "look"
        indexes = (Index(fields=("person_id", "id")),)
