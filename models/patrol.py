"""Patrol routes (巡查路线) of grid workers: stops, on which days, what was ticked and what it brought up."""

from __future__ import annotations

from tortoise import fields
from tortoise.indexes import Index

from models.base import Noun
from models.case import Case
from models.home import Building, Grid
from models.person import Person
from models.place import Place


class PatrolRoute(Noun):
    """A walk through a grid. ``weekdays``: digits of the days it is walked on, 1 for Monday; on public holidays only
    where ``on_holidays`` says so. ``goes``: who usually walks."""

    place: fields.ForeignKeyRelation[Place] = fields.ForeignKeyField(
        "models.Place", related_name="patrol_routes", on_delete=fields.RESTRICT, db_index=True
    )
    grid: fields.ForeignKeyNullableRelation[Grid] = fields.ForeignKeyField(
        "models.Grid", related_name="patrol_routes", null=True, on_delete=fields.SET_NULL, db_index=True
    )
    name = fields.CharField(max_length=40)
    weekdays = fields.CharField(max_length=20)
    on_holidays = fields.BooleanField(default=False)
    goes: fields.ForeignKeyNullableRelation[Person] = fields.ForeignKeyField(
        "models.Person", related_name="patrol_routes", null=True, on_delete=fields.SET_NULL, db_index=True
    )
    retired_at = fields.DatetimeField(null=True)
    place_id: int
    grid_id: int | None
    goes_id: int | None

    class Meta:
        table = "patrol_route"


class PatrolStop(Noun):
    """A stop of a route; ``looks``: what to look at there. It never changes: a new one stands in its place."""

    route: fields.ForeignKeyRelation[PatrolRoute] = fields.ForeignKeyField(
        "models.PatrolRoute", related_name="stops", on_delete=fields.CASCADE, db_index=True
    )
    position = fields.IntField()
    name = fields.CharField(max_length=60)
    looks = fields.CharField(max_length=120, default="")
    building: fields.ForeignKeyNullableRelation[Building] = fields.ForeignKeyField(
        "models.Building", related_name="patrol_stops", null=True, on_delete=fields.SET_NULL, db_index=True
    )
    retired_at = fields.DatetimeField(null=True)
    route_id: int
    building_id: int | None

    class Meta:
        table = "patrol_stop"


class PatrolTick(Noun):
    """Somebody was at a stop on a day: once, whoever is first."""

    place_id = fields.BigIntField()
    stop: fields.ForeignKeyRelation[PatrolStop] = fields.ForeignKeyField(
        "models.PatrolStop", related_name="ticks", on_delete=fields.CASCADE
    )
    day = fields.DateField()
    by: fields.ForeignKeyNullableRelation[Person] = fields.ForeignKeyField(
        "models.Person", related_name="patrol_ticks", null=True, on_delete=fields.SET_NULL, db_index=True
    )
    stop_id: int
    by_id: int | None

    class Meta:
        table = "patrol_tick"
        unique_together = (("stop", "day"),)
        indexes = (Index(fields=("place_id", "day")),)


class PatrolFinding(Noun):
    """What was found at a stop on a day, as the case it became; ``key`` names the form, so that it becomes one."""

    place_id = fields.BigIntField()
    stop: fields.ForeignKeyRelation[PatrolStop] = fields.ForeignKeyField(
        "models.PatrolStop", related_name="findings", on_delete=fields.CASCADE, db_index=True
    )
    day = fields.DateField()
    case: fields.ForeignKeyNullableRelation[Case] = fields.ForeignKeyField(
        "models.Case", related_name="patrol_findings", null=True, on_delete=fields.CASCADE, db_index=True
    )
    key = fields.CharField(max_length=40)
    stop_id: int
    case_id: int | None

    class Meta:
        table = "patrol_finding"
        unique_together = (("place_id", "key"),)
        indexes = (Index(fields=("place_id", "day")),)
