"""The policy pack as versioned rows: an entry, what it says over time, and a neighbourhood's own where-to-go."""

from __future__ import annotations

from enum import StrEnum

from tortoise import fields

from models.base import Noun
from models.entry_content import EntryContent
from models.person import Person
from models.place import Place


class VersionState(StrEnum):
    """A version is drafted by one and published or refused by another."""

    DRAFT = "draft"
    PUBLISHED = "published"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class Entry(Noun):
    """One item of the pack; ``place`` is empty where it belongs to everybody."""

    key = fields.CharField(max_length=60, unique=True)
    category_slug = fields.CharField(max_length=60, db_index=True)
    position = fields.IntField(default=0)
    place: fields.ForeignKeyNullableRelation[Place] = fields.ForeignKeyField(
        "models.Place", related_name="entries", null=True, on_delete=fields.RESTRICT, db_index=True
    )
    place_id: int | None

    class Meta:
        table = "entry"


class EntryVersion(Noun):
    """What an entry says from ``shown_from`` to ``shown_to`` (days in Shanghai, both included); ``body`` is JSON.

    ``told_at`` is when those whose question it answers were told; ``imported_at`` is the same for all of one import.
    ``worse_count`` is how many published questions it answers worse, ``worse_reason`` why it was published even so.
    """

    entry: fields.ForeignKeyRelation[Entry] = fields.ForeignKeyField(
        "models.Entry", related_name="versions", on_delete=fields.RESTRICT, db_index=True
    )
    number = fields.IntField()
    body = fields.TextField()
    state = fields.CharEnumField(VersionState, max_length=20)
    shown_from = fields.DateField()
    shown_to = fields.DateField(null=True)
    drafted_by: fields.ForeignKeyNullableRelation[Person] = fields.ForeignKeyField(
        "models.Person", related_name="drafted", null=True, on_delete=fields.SET_NULL
    )
    decided_by: fields.ForeignKeyNullableRelation[Person] = fields.ForeignKeyField(
        "models.Person", related_name="decided", null=True, on_delete=fields.SET_NULL
    )
    decided_at = fields.DatetimeField(null=True)
    reason = fields.CharField(max_length=200, default="")
    from_question_id = fields.BigIntField(null=True)
    imported_at = fields.DatetimeField(null=True)
    told_at = fields.DatetimeField(null=True)
    worse_count = fields.IntField(default=0, db_default=0)
    worse_reason = fields.CharField(max_length=200, default="", db_default="")
    version = fields.IntField(default=1)
    entry_id: int
    drafted_by_id: int | None
    decided_by_id: int | None

    class Meta:
        table = "entry_version"
        unique_together = (("entry", "number"),)

    @property
    def content(self) -> EntryContent:
        """What it says, parsed."""
        return EntryContent.model_validate_json(self.body)


class EntryOverlay(Noun):
    """A neighbourhood's own place, hours, phones and remark on an entry; ``body`` is JSON."""

    entry: fields.ForeignKeyRelation[Entry] = fields.ForeignKeyField(
        "models.Entry", related_name="overlays", on_delete=fields.CASCADE, db_index=True
    )
    place: fields.ForeignKeyRelation[Place] = fields.ForeignKeyField(
        "models.Place", related_name="overlays", on_delete=fields.CASCADE, db_index=True
    )
    body = fields.TextField()
    entry_id: int
    place_id: int

    class Meta:
        table = "entry_overlay"
        unique_together = (("entry", "place"),)


class PackRevision(Noun):
    """One row whose number rises with every change that residents could see; indexes are rebuilt when it moves."""

    name = fields.CharField(max_length=20, unique=True)
    number = fields.BigIntField(default=0)

    class Meta:
        table = "pack_revision"
