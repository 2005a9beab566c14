"""What was done to many cases at once: each with how it was before, and the notices that wait until it stands."""

from __future__ import annotations

from tortoise import fields

from models.base import Noun
from models.case import Case
from models.place import Place


class Bulk(Noun):
    """A verb done to many cases at once; until ``until`` it may be undone as a whole."""

    place: fields.ForeignKeyRelation[Place] = fields.ForeignKeyField(
        "models.Place", related_name="bulks", on_delete=fields.RESTRICT, db_index=True
    )
    by_id = fields.BigIntField(null=True, db_index=True)
    verb = fields.CharField(max_length=40)
    until = fields.DatetimeField()
    undone_at = fields.DatetimeField(null=True)
    told_at = fields.DatetimeField(null=True, db_index=True)
    place_id: int

    class Meta:
        table = "bulk"


class BulkCase(Noun):
    """One of the cases: the row as it was (JSON), and the version that undoing must still find."""

    bulk: fields.ForeignKeyRelation[Bulk] = fields.ForeignKeyField(
        "models.Bulk", related_name="cases", on_delete=fields.CASCADE
    )
    case: fields.ForeignKeyRelation[Case] = fields.ForeignKeyField(
        "models.Case", related_name="bulks", on_delete=fields.CASCADE, db_index=True
    )
    before = fields.TextField()
    version = fields.IntField()
    bulk_id: int
    case_id: int

    class Meta:
        table = "bulk_case"
        unique_together = (("bulk", "case"),)


class HeldNotice(Noun):
    """A sentence that is told when its bulk action can no longer be undone; undoing deletes it. ``letter`` is sealed.

    It goes to a person of the staff, or to a reporter of the case.
    """

    bulk: fields.ForeignKeyRelation[Bulk] = fields.ForeignKeyField(
        "models.Bulk", related_name="notices", on_delete=fields.CASCADE, db_index=True
    )
    case_id = fields.BigIntField()
    kind = fields.CharField(max_length=40)
    letter = fields.TextField()
    person_id = fields.BigIntField(null=True)
    reporter_id = fields.BigIntField(null=True)
    asks = fields.BooleanField(default=False)
    bulk_id: int

    class Meta:
        table = "held_notice"
