"""Lists of people, cases or lines of the log that somebody wants to take out, and what a second person said to it."""

from __future__ import annotations

from enum import StrEnum

from tortoise import fields
from tortoise.indexes import Index

from models.base import Noun
from models.person import Person
from models.place import Place


class ExportState(StrEnum):
    """Where a wish for a list stands; one past ``expires_at`` has expired, whatever its state says."""

    ASKED = "asked"
    APPROVED = "approved"
    REFUSED = "refused"
    TAKEN = "taken"
    WITHDRAWN = "withdrawn"


class ExportKind(StrEnum):
    """Of what a list is: people of the register, every case of the place, or lines of its audit log."""

    PEOPLE = "people"
    CASES = "cases"
    AUDIT = "audit"


class Export(Noun):
    """A list that was asked for: by whom, which people (``wanted``, JSON text: tags and buildings, nobody's name), for
    which of the rules' ``purposes``. The file itself is never kept.

    Of the log ``wanted`` holds what was looked for in it. ``people``: how many they were, or the cases or lines, when
    it was asked for, ``row_count``: how many stood in the file that was taken.
    """

    place: fields.ForeignKeyRelation[Place] = fields.ForeignKeyField(
        "models.Place", related_name="exports", on_delete=fields.RESTRICT
    )
    number = fields.CharField(max_length=20)
    kind = fields.CharEnumField(ExportKind, max_length=10, default=ExportKind.PEOPLE, db_default="people")
    asked_by: fields.ForeignKeyNullableRelation[Person] = fields.ForeignKeyField(
        "models.Person", related_name="exports_asked", null=True, on_delete=fields.SET_NULL
    )
    wanted = fields.TextField()
    with_phones = fields.BooleanField()
    people = fields.IntField()
    purpose = fields.CharField(max_length=20)
    reason = fields.CharField(max_length=200)
    state = fields.CharEnumField(ExportState, max_length=10, default=ExportState.ASKED)
    expires_at = fields.DatetimeField()
    decided_by: fields.ForeignKeyNullableRelation[Person] = fields.ForeignKeyField(
        "models.Person", related_name="exports_decided", null=True, on_delete=fields.SET_NULL
    )
    decided_at = fields.DatetimeField(null=True)
    answer = fields.CharField(max_length=200, default="")
    taken_at = fields.DatetimeField(null=True)
    row_count = fields.IntField(null=True)
    place_id: int
    asked_by_id: int | None
    decided_by_id: int | None

    class Meta:
        table = "export"
        unique_together = (("place", "number"),)
        indexes = (Index(fields=("place_id", "id")),)
