"""Rooms (会商) in which the fixed roles and several units settle a case, or a matter that is none."""

from __future__ import annotations

from enum import StrEnum

from tortoise import fields
from tortoise.indexes import Index

from models.base import Noun
from models.case import Case
from models.person import Person
from models.place import Place
from models.team import Team


class ConsultationState(StrEnum):
    """How far a room is."""

    PLANNED = "planned"
    OPEN = "open"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class Consultation(Noun):
    """会商: the fixed roles and some units sit together over a hard case and end with conclusions.

    Without a case it is over a matter that is none; what that is stands in ``purpose``.
    """

    number = fields.CharField(max_length=20)
    place: fields.ForeignKeyRelation[Place] = fields.ForeignKeyField(
        "models.Place", related_name="consultations", on_delete=fields.RESTRICT
    )
    state = fields.CharEnumField(ConsultationState, max_length=10, default=ConsultationState.PLANNED)
    case: fields.ForeignKeyNullableRelation[Case] = fields.ForeignKeyField(
        "models.Case", related_name="consultations", null=True, on_delete=fields.CASCADE, db_index=True
    )
    at = fields.DatetimeField()
    where_text = fields.CharField(max_length=120)
    purpose = fields.TextField(default="")
    minutes = fields.TextField(default="")
    by_id = fields.BigIntField(null=True)
    closed_at = fields.DatetimeField(null=True)
    version = fields.IntField(default=1)
    place_id: int
    case_id: int | None
    seats: fields.ReverseRelation[ConsultationSeat]

    class Meta:
        table = "consultation"
        unique_together = (("place", "number"),)
        indexes = (Index(fields=("place_id", "state", "at")),)


class ConsultationSeat(Noun):
    """A seat in a room: one of the fixed roles, held by one of ours or by name, or a unit. ``key`` keeps it once.

    ``confirmed_at``: since when who sat in it stands by the minutes; ``confirm_way`` is ``paper`` where they signed a
    sheet, and ``confirm_by_id`` who wrote it down.
    """

    consultation: fields.ForeignKeyRelation[Consultation] = fields.ForeignKeyField(
        "models.Consultation", related_name="seats", on_delete=fields.CASCADE
    )
    key = fields.CharField(max_length=40)
    person: fields.ForeignKeyNullableRelation[Person] = fields.ForeignKeyField(
        "models.Person", related_name="consultation_seats", null=True, on_delete=fields.SET_NULL, db_index=True
    )
    team: fields.ForeignKeyNullableRelation[Team] = fields.ForeignKeyField(
        "models.Team", related_name="consultation_seats", null=True, on_delete=fields.RESTRICT, db_index=True
    )
    name = fields.CharField(max_length=60, default="")
    came_at = fields.DatetimeField(null=True)
    confirmed_at = fields.DatetimeField(null=True)
    confirm_way = fields.CharField(max_length=10, default="", db_default="")
    confirm_by_id = fields.BigIntField(null=True)
    consultation_id: int
    person_id: int | None
    team_id: int | None

    class Meta:
        table = "consultation_seat"
        unique_together = (("consultation", "key"),)


class ConsultationConclusion(Noun):
    """What was settled: by whom it is done and until when; ``became`` names the step or case that came of it."""

    consultation: fields.ForeignKeyRelation[Consultation] = fields.ForeignKeyField(
        "models.Consultation", related_name="conclusions", on_delete=fields.CASCADE, db_index=True
    )
    text = fields.TextField()
    seat_key = fields.CharField(max_length=40, default="")
    due_on = fields.DateField(null=True)
    became = fields.CharField(max_length=20, default="")
    became_case_id = fields.BigIntField(null=True)
    by_id = fields.BigIntField(null=True)
    consultation_id: int

    class Meta:
        table = "consultation_conclusion"
