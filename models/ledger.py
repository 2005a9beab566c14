"""Ledgers (台账): key small matters and outstanding problems of a neighbourhood, struck off one by one (销号)."""

from __future__ import annotations

from enum import StrEnum

from tortoise import fields
from tortoise.indexes import Index

from models.base import Noun
from models.case import Case
from models.person import Person
from models.place import Place


class LedgerKind(StrEnum):
    """In which ledger it stands."""

    KEY_MATTER = "key_matter"
    PROBLEM = "problem"


class LedgerState(StrEnum):
    """Open; said to be done and waiting for somebody else to look; struck off."""

    OPEN = "open"
    CLAIMED = "claimed"
    STRUCK_OFF = "struck_off"


class LedgerEntry(Noun):
    """A matter that stands in a ledger until it is struck off. ``claimed_by_id``: who says that it is done;
    ``struck_by_id``: who looked, and the database refuses that they are the same, or the owner (models/triggers.py)."""

    place: fields.ForeignKeyRelation[Place] = fields.ForeignKeyField(
        "models.Place", related_name="ledger_entries", on_delete=fields.RESTRICT
    )
    kind = fields.CharEnumField(LedgerKind, max_length=12)
    number = fields.CharField(max_length=20)
    title = fields.CharField(max_length=60)
    text = fields.TextField(default="")
    owner: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField(
        "models.Person", related_name="ledger_entries", on_delete=fields.RESTRICT, db_index=True
    )
    due = fields.DateField()
    state = fields.CharEnumField(LedgerState, max_length=12, default=LedgerState.OPEN)
    claimed_by_id = fields.BigIntField(null=True)
    struck_by_id = fields.BigIntField(null=True)
    struck_at = fields.DatetimeField(null=True)
    version = fields.IntField(default=1)
    place_id: int
    owner_id: int

    class Meta:
        table = "ledger_entry"
        unique_together = (("place", "number"),)
        indexes = (Index(fields=("place_id", "state", "due")),)


class LedgerStep(Noun):
    """What was done about an entry: by whom, in which words; nothing of it is ever changed."""

    entry: fields.ForeignKeyRelation[LedgerEntry] = fields.ForeignKeyField(
        "models.LedgerEntry", related_name="steps", on_delete=fields.CASCADE
    )
    verb = fields.CharField(max_length=40)
    by_id = fields.BigIntField(null=True)
    note = fields.TextField(default="")
    entry_id: int

    class Meta:
        table = "ledger_step"
        indexes = (Index(fields=("entry_id", "id")),)


class LedgerCase(Noun):
    """A case that belongs to an entry of a ledger."""

    entry: fields.ForeignKeyRelation[LedgerEntry] = fields.ForeignKeyField(
        "models.LedgerEntry", related_name="cases", on_delete=fields.CASCADE
    )
    case: fields.ForeignKeyRelation[Case] = fields.ForeignKeyField(
        "models.Case", related_name="ledger_entries", on_delete=fields.CASCADE, db_index=True
    )
    entry_id: int
    case_id: int

    class Meta:
        table = "ledger_case"
        unique_together = (("entry", "case"),)
