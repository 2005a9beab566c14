"""What somebody can read up on in one place, whichever chat it was told in, and the boards they want to hear of."""

from __future__ import annotations

from tortoise import fields
from tortoise.indexes import Index

from models.base import Noun
from models.board import BoardName
from models.person import Person


class BellLine(Noun):
    """One thing that somebody is told of: of each ``kind`` one line for a ``subject``, which the next one changes.

    ``letter_sealed`` is the latest of it, courier's ``Letter``; ``count`` how often it came since it was read last. Who
    reads it must hold ``verb`` in the place still ('': it is their own matter).
    """

    person: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField(
        "models.Person", related_name="bell", on_delete=fields.CASCADE
    )
    kind = fields.CharField(max_length=40)
    subject = fields.CharField(max_length=80)
    letter_sealed = fields.TextField()
    count = fields.IntField(default=1)
    verb = fields.CharField(max_length=40, default="")
    place_id = fields.BigIntField(null=True)
    changed_at = fields.DatetimeField()
    read_at = fields.DatetimeField(null=True)
    person_id: int

    class Meta:
        table = "bell_line"
        unique_together = (("person", "subject", "kind"),)
        indexes = (
            Index(fields=("person_id", "changed_at", "id")),
            Index(fields=("subject",)),
            Index(fields=("changed_at",)),
        )


class BoardChoice(Noun):
    """Whether somebody wants to hear of what is new on a board; so it is unless they said otherwise."""

    person: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField(
        "models.Person", related_name="board_choices", on_delete=fields.CASCADE
    )
    board = fields.CharEnumField(BoardName, max_length=20)
    is_wanted = fields.BooleanField()
    person_id: int

    class Meta:
        table = "board_choice"
        unique_together = (("person", "board"),)
