"""What the figures count of a case, one narrow row for each, written by the database (models/tally_triggers.py)."""

from __future__ import annotations

from tortoise import fields
from tortoise.indexes import Index

from models.base import Noun
from models.case import Case


class CaseTally(Noun):
    """Of one case, as its row, its steps and its reporters say: nothing in Python writes it, so it cannot drift.

    ``created_at``, place, kind and team (0 for none) are the case's. Each of the others is 1 or 0, but for ``trips``.
    ``is_counted``: neither merged nor withdrawn. ``came``: reported at the desk. ``solved`` and ``satisfied`` are what
    all who said something said; empty where nobody did.
    """

    case: fields.OneToOneRelation[Case] = fields.OneToOneField(
        "models.Case", related_name="tally", on_delete=fields.CASCADE
    )
    place_id = fields.BigIntField()
    kind_key = fields.CharField(max_length=40)
    team_id = fields.BigIntField()
    is_counted = fields.IntField()
    ended = fields.IntField()
    came = fields.IntField()
    taken = fields.IntField()
    taken_late = fields.IntField()
    contacted = fields.IntField()
    answered = fields.IntField()
    answered_late = fields.IntField()
    redone = fields.IntField()
    sent = fields.IntField()
    sent_back = fields.IntField()
    trips = fields.IntField()
    solved = fields.IntField(null=True)
    satisfied = fields.IntField(null=True)
    case_id: int

    class Meta:
        table = "case_tally"
        indexes = (Index(fields=("place_id", "created_at")),)
