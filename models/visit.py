"""Visits (走访) that are planned: to whom, on which day, who goes; what was done stands in ``service``."""

from __future__ import annotations

from enum import StrEnum

from tortoise import fields
from tortoise.indexes import Index

from models.base import Noun
from models.case import Case
from models.home import Home
from models.person import Person
from models.place import Place
from models.service import Service


class PlanState(StrEnum):
    """How far a plan is."""

    PLANNED = "planned"
    DONE = "done"
    DROPPED = "dropped"


class VisitPlan(Noun):
    """Somebody is to be visited on a day. ``service``: the visit that came of it; ``case``: what that brought up.

    A visit without a plan gets a row when a case is made of it, so that it makes one only. ``key`` names the form.
    """

    place: fields.ForeignKeyRelation[Place] = fields.ForeignKeyField(
        "models.Place", related_name="visit_plans", on_delete=fields.RESTRICT
    )
    person: fields.ForeignKeyNullableRelation[Person] = fields.ForeignKeyField(
        "models.Person", related_name="visit_plans", null=True, on_delete=fields.CASCADE
    )
    home: fields.ForeignKeyNullableRelation[Home] = fields.ForeignKeyField(
        "models.Home", related_name="visit_plans", null=True, on_delete=fields.SET_NULL
    )
    day = fields.DateField()
    goes: fields.ForeignKeyNullableRelation[Person] = fields.ForeignKeyField(
        "models.Person", related_name="visits_to_go", null=True, on_delete=fields.SET_NULL
    )
    state = fields.CharEnumField(PlanState, max_length=10, default=PlanState.PLANNED)
    service: fields.OneToOneNullableRelation[Service] = fields.OneToOneField(
        "models.Service", related_name="visit_plan", null=True, on_delete=fields.SET_NULL
    )
    case: fields.ForeignKeyNullableRelation[Case] = fields.ForeignKeyField(
        "models.Case", related_name="visit_plans", null=True, on_delete=fields.SET_NULL
    )
    by: fields.ForeignKeyNullableRelation[Person] = fields.ForeignKeyField(
        "models.Person", related_name="visits_planned", null=True, on_delete=fields.SET_NULL
    )
    key = fields.CharField(max_length=40)
    settled_at = fields.DatetimeField(null=True)
    place_id: int
    person_id: int | None
    home_id: int | None
    goes_id: int | None
    service_id: int | None
    case_id: int | None
    by_id: int | None

    class Meta:
        table = "visit_plan"
        unique_together = (("place", "key"),)
        indexes = (
            Index(fields=("place_id", "state", "day")),
            Index(fields=("person_id", "day")),
            Index(fields=("home_id", "day")),
        )
