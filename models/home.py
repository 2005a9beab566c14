"""Where people live: estates, grids, buildings and homes of a neighbourhood. ``sort`` puts 2 before 10."""

from __future__ import annotations

from tortoise import fields
from tortoise.indexes import Index

from models.base import Noun
from models.place import Place


class Estate(Noun):
    """A housing estate (小区)."""

    place: fields.ForeignKeyRelation[Place] = fields.ForeignKeyField(
        "models.Place", related_name="estates", on_delete=fields.RESTRICT
    )
    name = fields.CharField(max_length=40)
    place_id: int

    class Meta:
        table = "estate"
        unique_together = (("place", "name"),)


class Grid(Noun):
    """A grid (网格): a part of a neighbourhood that one grid worker looks after."""

    place: fields.ForeignKeyRelation[Place] = fields.ForeignKeyField(
        "models.Place", related_name="grids", on_delete=fields.RESTRICT
    )
    name = fields.CharField(max_length=40)
    place_id: int

    class Meta:
        table = "grid"
        unique_together = (("place", "name"),)


class Building(Noun):
    """A building (楼栋) of an estate, in a grid where the neighbourhood has any."""

    place: fields.ForeignKeyRelation[Place] = fields.ForeignKeyField(
        "models.Place", related_name="buildings", on_delete=fields.RESTRICT
    )
    estate: fields.ForeignKeyRelation[Estate] = fields.ForeignKeyField(
        "models.Estate", related_name="buildings", on_delete=fields.RESTRICT
    )
    grid: fields.ForeignKeyNullableRelation[Grid] = fields.ForeignKeyField(
        "models.Grid", related_name="buildings", null=True, on_delete=fields.SET_NULL, db_index=True
    )
    name = fields.CharField(max_length=30)
    sort = fields.CharField(max_length=90)
    place_id: int
    estate_id: int
    grid_id: int | None

    class Meta:
        table = "building"
        unique_together = (("estate", "name"),)
        indexes = (Index(fields=("place_id", "estate_id", "sort")),)


class Home(Noun):
    """A home (房屋), known by its label within the building, such as 501. ``area``: its exclusive area (专有部分面积),
    in hundredths of a square metre, where that is known."""

    place: fields.ForeignKeyRelation[Place] = fields.ForeignKeyField(
        "models.Place", related_name="homes", on_delete=fields.RESTRICT, db_index=True
    )
    building: fields.ForeignKeyRelation[Building] = fields.ForeignKeyField(
        "models.Building", related_name="homes", on_delete=fields.RESTRICT
    )
    label = fields.CharField(max_length=30)
    sort = fields.CharField(max_length=90)
    area = fields.IntField(null=True)
    place_id: int
    building_id: int

    class Meta:
        table = "home"
        unique_together = (("building", "label"),)
        indexes = (Index(fields=("building_id", "sort")),)
