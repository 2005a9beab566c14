"""Places: district, subdistrict and neighbourhood (居村), and counters that number things within them."""

from __future__ import annotations

from enum import StrEnum

from tortoise import fields

from models.base import Noun


class Level(StrEnum):
    """How high a place stands."""

    NEIGHBOURHOOD = "neighbourhood"
    SUBDISTRICT = "subdistrict"
    DISTRICT = "district"


class Accent(StrEnum):
    """The colour of a neighbourhood's pages: a few that can be read by everybody (portal/static/site.css)."""

    GREEN = "green"
    BLUE = "blue"
    TEAL = "teal"
    PLUM = "plum"
    BRICK = "brick"
    SLATE = "slate"


class Place(Noun):
    """A neighbourhood with its committee, or what stands above it; ``motto`` stands under its name on every page.

    ``is_rural``: a village (村), which has boards of its own.
    """

    slug = fields.CharField(max_length=40, unique=True)
    name = fields.CharField(max_length=60)
    level = fields.CharEnumField(Level, max_length=20)
    parent: fields.ForeignKeyNullableRelation[Place] = fields.ForeignKeyField(
        "models.Place", related_name="children", null=True, on_delete=fields.RESTRICT, db_index=True
    )
    address = fields.CharField(max_length=120, default="")
    hours = fields.CharField(max_length=120, default="")
    phone = fields.CharField(max_length=40, default="")
    motto = fields.CharField(max_length=40, null=True)
    accent = fields.CharEnumField(Accent, max_length=20, null=True)
    is_rural = fields.BooleanField(default=False, db_default=False)
    parent_id: int | None

    class Meta:
        table = "place"


class PlaceRule(Noun):
    """A rule that a neighbourhood sets itself, over ``community/rules.toml``; ``value`` is JSON text."""

    place: fields.ForeignKeyRelation[Place] = fields.ForeignKeyField(
        "models.Place", related_name="rules", on_delete=fields.CASCADE
    )
    name = fields.CharField(max_length=40)
    value = fields.TextField()
    place_id: int

    class Meta:
        table = "place_rule"
        unique_together = (("place", "name"),)


class Counter(Noun):
    """The last number given out under a name, such as ``question:3``."""

    name = fields.CharField(max_length=60, unique=True)
    value = fields.BigIntField(default=0)

    class Meta:
        table = "counter"
