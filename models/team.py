"""Teams that cases are dispatched to, who belongs to them and what they take; several of them called together."""

from __future__ import annotations

from enum import StrEnum

from tortoise import fields
from tortoise.indexes import Index

from models.base import Noun
from models.home import Estate
from models.person import Person
from models.place import Place


class Team(Noun):
    """Somebody who does things: a unit's people in a place, or in a subdistrict for all below it.

    ``unit`` is the trade by which the catalogue names who does a kind of work, such as ``property``.
    """

    place: fields.ForeignKeyRelation[Place] = fields.ForeignKeyField(
        "models.Place", related_name="teams", on_delete=fields.RESTRICT
    )
    key = fields.CharField(max_length=40)
    unit = fields.CharField(max_length=40)
    name = fields.CharField(max_length=60)
    phone = fields.CharField(max_length=40, default="")
    retired_at = fields.DatetimeField(null=True)
    place_id: int

    class Meta:
        table = "team"
        unique_together = (("place", "key"),)


class TeamMember(Noun):
    """Somebody of a team."""

    team: fields.ForeignKeyRelation[Team] = fields.ForeignKeyField(
        "models.Team", related_name="members", on_delete=fields.CASCADE
    )
    person: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField(
        "models.Person", related_name="teams", on_delete=fields.CASCADE, db_index=True
    )
    team_id: int
    person_id: int

    class Meta:
        table = "team_member"
        unique_together = (("team", "person"),)


class TeamTask(Noun):
    """What a team takes: ``what`` is a kind of work or a whole field, in one estate or, without, everywhere."""

    team: fields.ForeignKeyRelation[Team] = fields.ForeignKeyField(
        "models.Team", related_name="tasks", on_delete=fields.CASCADE, db_index=True
    )
    what = fields.CharField(max_length=40)
    estate: fields.ForeignKeyNullableRelation[Estate] = fields.ForeignKeyField(
        "models.Estate", related_name="team_tasks", null=True, on_delete=fields.CASCADE
    )
    team_id: int
    estate_id: int | None

    class Meta:
        table = "team_task"
        indexes = (Index(fields=("what",)),)


class CallState(StrEnum):
    """Where a unit that was called stands."""

    ASKED = "asked"
    ARRIVED = "arrived"
    ABSENT = "absent"


class UnitCall(Noun):
    """约请: several units called to one place and time because of a case."""

    case = fields.ForeignKeyField("models.Case", related_name="calls", on_delete=fields.CASCADE, db_index=True)
    place_id = fields.BigIntField()
    where_text = fields.CharField(max_length=120)
    at = fields.DatetimeField()
    purpose = fields.TextField(default="")
    by_id = fields.BigIntField(null=True)
    ended_at = fields.DatetimeField(null=True)
    version = fields.IntField(default=1)
    case_id: int
    teams: fields.ReverseRelation[CalledTeam]

    class Meta:
        table = "unit_call"
        indexes = (Index(fields=("place_id", "at")),)


class CalledTeam(Noun):
    """A unit that was called: whether it came and when, what it concluded, and how the caller rates it (1 to 5)."""

    call: fields.ForeignKeyRelation[UnitCall] = fields.ForeignKeyField(
        "models.UnitCall", related_name="teams", on_delete=fields.CASCADE
    )
    team: fields.ForeignKeyRelation[Team] = fields.ForeignKeyField(
        "models.Team", related_name="calls", on_delete=fields.RESTRICT, db_index=True
    )
    state = fields.CharEnumField(CallState, max_length=10, default=CallState.ASKED)
    came_at = fields.DatetimeField(null=True)
    conclusion = fields.TextField(default="")
    rating = fields.IntField(null=True)
    version = fields.IntField(default=1)
    call_id: int
    team_id: int

    class Meta:
        table = "called_team"
        unique_together = (("call", "team"),)
