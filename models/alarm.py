"""Emergencies that a person must know of now."""

from __future__ import annotations

from tortoise import fields
from tortoise.indexes import Index

from models.base import Noun
from models.case import Case
from models.conversation import Conversation
from models.person import Person
from models.place import Place


class Alarm(Noun):
    """Raised by an emergency; pages one person after another until somebody acknowledges it.

    ``conversation`` is where an answer to it is read; empty where it came with a ``case`` that was not told in a chat.
    ``open_for_id`` is the conversation's id while nobody has acknowledged it, and empty afterwards: a conversation has
    one open alarm. Without a conversation ``open_for`` is the same: ``p`` and the person's id, ``c`` and the case's,
    or ``q`` and that of a question that staff took down.
    """

    place: fields.ForeignKeyRelation[Place] = fields.ForeignKeyField(
        "models.Place", related_name="alarms", on_delete=fields.RESTRICT
    )
    conversation: fields.ForeignKeyNullableRelation[Conversation] = fields.ForeignKeyField(
        "models.Conversation", related_name="alarms", null=True, on_delete=fields.CASCADE, db_index=True
    )
    case: fields.ForeignKeyNullableRelation[Case] = fields.ForeignKeyField(
        "models.Case", related_name="alarms", null=True, on_delete=fields.CASCADE
    )
    kind = fields.CharField(max_length=20)
    text = fields.CharField(max_length=500)
    paged: fields.ForeignKeyNullableRelation[Person] = fields.ForeignKeyField(
        "models.Person", related_name="pages", null=True, on_delete=fields.SET_NULL
    )
    pages = fields.IntField(default=0)
    next_page_at = fields.DatetimeField(null=True)
    open_for_id = fields.BigIntField(null=True, unique=True)
    open_for = fields.CharField(max_length=30, null=True, unique=True)
    acknowledged_by: fields.ForeignKeyNullableRelation[Person] = fields.ForeignKeyField(
        "models.Person", related_name="acknowledged", null=True, on_delete=fields.SET_NULL
    )
    acknowledged_at = fields.DatetimeField(null=True)
    place_id: int
    conversation_id: int | None
    case_id: int | None
    paged_id: int | None
    acknowledged_by_id: int | None

    class Meta:
        table = "alarm"
        indexes = (
            Index(fields=("place_id", "acknowledged_at")),
            Index(fields=("next_page_at",)),
            Index(fields=("case_id",)),
        )


class AlarmPage(Noun):
    """One page of an alarm: the ``number``-th, to whom. Whoever was paged sees the alarm until somebody knows."""

    alarm: fields.ForeignKeyRelation[Alarm] = fields.ForeignKeyField(
        "models.Alarm", related_name="sent_pages", on_delete=fields.CASCADE
    )
    person: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField(
        "models.Person", related_name="alarm_pages", on_delete=fields.CASCADE, db_index=True
    )
    number = fields.IntField()
    alarm_id: int
    person_id: int

    class Meta:
        table = "alarm_page"
        unique_together = (("alarm", "number"),)
