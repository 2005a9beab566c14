"""Spreadsheets of homes and people that were handed in: looked through first, taken over later or not at all."""

from __future__ import annotations

from enum import StrEnum

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

from models.base import Noun
from models.household import Relation
from models.person import Person
from models.place import Place


class HomeFileState(StrEnum):
    """Being read, read through, taken over, or dropped."""

    READING = "reading"
    CHECKED = "checked"
    LOADED = "loaded"
    DROPPED = "dropped"


class RowKind(StrEnum):
    """What a row tells of."""

    HOME = "home"
    PERSON = "person"


class HomeFile(Noun):
    """One file; ``summary`` is JSON text: what it would change, counted. ``key_mark``: the key behind its hashes."""

    place: fields.ForeignKeyRelation[Place] = fields.ForeignKeyField(
        "models.Place", related_name="home_files", on_delete=fields.CASCADE
    )
    by: fields.ForeignKeyNullableRelation[Person] = fields.ForeignKeyField(
        "models.Person", related_name="home_files", null=True, on_delete=fields.SET_NULL
    )
    name = fields.CharField(max_length=120)
    state = fields.CharEnumField(HomeFileState, max_length=20)
    summary = fields.TextField(default="{}")
    problems = fields.IntField(default=0)
    ended_at = fields.DatetimeField(null=True)
    key_mark = fields.CharField(max_length=16, null=True)
    place_id: int
    by_id: int | None

    class Meta:
        table = "home_file"
        indexes = (Index(fields=("place_id", "id")), Index(fields=("state", "created_at")))


class HomeFileRow(Model):
    """A row that could be read; gone as soon as the file is taken over or dropped.

    ``line`` counts through the whole file, ``identity`` is the same for rows that tell of the same person.
    """

    id = fields.BigIntField(primary_key=True)
    file: fields.ForeignKeyRelation[HomeFile] = fields.ForeignKeyField(
        "models.HomeFile", related_name="rows", on_delete=fields.CASCADE
    )
    kind = fields.CharEnumField(RowKind, max_length=10)
    line = fields.IntField()
    sheet = fields.CharField(max_length=40)
    number = fields.IntField()
    estate = fields.CharField(max_length=40)
    grid = fields.CharField(max_length=40, default="")
    building = fields.CharField(max_length=30)
    building_sort = fields.CharField(max_length=90)
    home = fields.CharField(max_length=30)
    home_sort = fields.CharField(max_length=90)
    household = fields.CharField(max_length=30, default="")
    name = fields.CharField(max_length=40, default="")
    relation = fields.CharEnumField(Relation, max_length=20, null=True)
    since = fields.DateField(null=True)
    phone_sealed = fields.CharField(max_length=255, null=True)
    phone_hash = fields.CharField(max_length=64, null=True)
    id_number_sealed = fields.CharField(max_length=255, null=True)
    id_number_hash = fields.CharField(max_length=64, null=True)
    born = fields.DateField(null=True)
    identity = fields.CharField(max_length=180, default="")
    area = fields.IntField(null=True)
    home_id = fields.BigIntField(null=True)
    person_id = fields.BigIntField(null=True)
    file_id: int

    class Meta:
        table = "home_file_row"
        unique_together = (("file", "line"),)
        indexes = (
            Index(fields=("file_id", "kind", "estate", "building", "home")),
            Index(fields=("file_id", "identity")),
        )


class HomeFileTag(Model):
    """A tag that a row gives its person."""

    id = fields.BigIntField(primary_key=True)
    file: fields.ForeignKeyRelation[HomeFile] = fields.ForeignKeyField(
        "models.HomeFile", related_name="tags", on_delete=fields.CASCADE
    )
    line = fields.IntField()
    name = fields.CharField(max_length=20)
    file_id: int

    class Meta:
        table = "home_file_tag"
        indexes = (Index(fields=("file_id", "line")),)


class HomeFileProblem(Model):
    """What is wrong with a row: ``key`` names the sentence, ``facts`` (JSON text, nothing personal) fill its blanks."""

    id = fields.BigIntField(primary_key=True)
    file: fields.ForeignKeyRelation[HomeFile] = fields.ForeignKeyField(
        "models.HomeFile", related_name="problem_rows", on_delete=fields.CASCADE
    )
    line = fields.IntField()
    sheet = fields.CharField(max_length=40)
    number = fields.IntField()
    field = fields.CharField(max_length=20)
    key = fields.CharField(max_length=40)
    facts = fields.TextField(default="{}")
    file_id: int

    class Meta:
        table = "home_file_problem"
        indexes = (Index(fields=("file_id", "id")),)
