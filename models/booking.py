"""Counters and rooms (窗口、活动室) with their opening times, and who booked which of their times."""

from __future__ import annotations

from enum import StrEnum

from tortoise import fields
from tortoise.indexes import Index

from models.base import Noun
from models.person import Person
from models.place import Place


class SpotKind(StrEnum):
    """What is booked."""

    COUNTER = "counter"
    ROOM = "room"


class Spot(Noun):
    """A counter or room. ``hours``: shifts of a day such as ``08:30-11:30 13:00-17:00``, cut into ``slot_minutes``.

    It never changes: a new one replaces it, so that no two bookings overlap.
    """

    place: fields.ForeignKeyRelation[Place] = fields.ForeignKeyField(
        "models.Place", related_name="spots", on_delete=fields.RESTRICT, db_index=True
    )
    kind = fields.CharEnumField(SpotKind, max_length=10)
    name = fields.CharField(max_length=40)
    hours = fields.CharField(max_length=80)
    slot_minutes = fields.IntField()
    on_rest_days = fields.BooleanField(default=False)
    retired_at = fields.DatetimeField(null=True)
    place_id: int

    class Meta:
        table = "spot"


class Booking(Noun):
    """Somebody comes at a time. ``once`` names spot and time while it stands: the database takes it once.

    ``came_at``: since when they are there.
    """

    place: fields.ForeignKeyRelation[Place] = fields.ForeignKeyField(
        "models.Place", related_name="bookings", on_delete=fields.RESTRICT
    )
    spot: fields.ForeignKeyRelation[Spot] = fields.ForeignKeyField(
        "models.Spot", related_name="bookings", on_delete=fields.RESTRICT
    )
    person: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField(
        "models.Person", related_name="bookings", on_delete=fields.CASCADE
    )
    starts_at = fields.DatetimeField()
    ends_at = fields.DatetimeField()
    once = fields.CharField(max_length=40, unique=True, null=True)
    by: fields.ForeignKeyNullableRelation[Person] = fields.ForeignKeyField(
        "models.Person", related_name="booked", null=True, on_delete=fields.SET_NULL
    )
    cancelled_at = fields.DatetimeField(null=True)
    came_at = fields.DatetimeField(null=True)
    place_id: int
    spot_id: int
    person_id: int
    by_id: int | None

    class Meta:
        table = "booking"
        indexes = (
            Index(fields=("place_id", "starts_at")),
            Index(fields=("spot_id", "starts_at")),
            Index(fields=("person_id", "starts_at")),
        )
