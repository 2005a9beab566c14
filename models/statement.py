"""What a property company publishes of an estate and a month, and how those who live there rate it."""

from __future__ import annotations

from enum import StrEnum

from tortoise import fields

from models.base import Noun
from models.home import Estate
from models.person import Person
from models.place import Place
from models.post import Post


class StatementKind(StrEnum):
    """What is published: fees that were taken and spent (物业费收支), or income of what is common (公共收益)."""

    FEES = "fees"
    INCOME = "income"


class Statement(Noun):
    """A post of the property board with its sums: of an estate, a kind and a month such as ``2026-03``, each once."""

    post: fields.OneToOneRelation[Post] = fields.OneToOneField(
        "models.Post", related_name="statement", on_delete=fields.CASCADE
    )
    place: fields.ForeignKeyRelation[Place] = fields.ForeignKeyField(
        "models.Place", related_name="statements", on_delete=fields.RESTRICT, db_index=True
    )
    estate: fields.ForeignKeyRelation[Estate] = fields.ForeignKeyField(
        "models.Estate", related_name="statements", on_delete=fields.RESTRICT
    )
    kind = fields.CharEnumField(StatementKind, max_length=10)
    period = fields.CharField(max_length=7)
    place_id: int
    estate_id: int
    post_id: int

    class Meta:
        table = "statement"
        unique_together = (("estate", "kind", "period"),)


class StatementLine(Noun):
    """A line of a statement: what it is, and how much, in whole fen; what was spent is negative."""

    statement: fields.ForeignKeyRelation[Statement] = fields.ForeignKeyField(
        "models.Statement", related_name="lines", on_delete=fields.CASCADE, db_index=True
    )
    name = fields.CharField(max_length=40)
    fen = fields.BigIntField()
    statement_id: int

    class Meta:
        table = "statement_line"


class PropertyRating(Noun):
    """Somebody who lives in an estate rates its property company for a month, once; the database keeps it once."""

    place_id = fields.BigIntField()
    estate: fields.ForeignKeyRelation[Estate] = fields.ForeignKeyField(
        "models.Estate", related_name="property_ratings", on_delete=fields.RESTRICT
    )
    period = fields.CharField(max_length=7)
    person: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField(
        "models.Person", related_name="property_ratings", on_delete=fields.CASCADE, db_index=True
    )
    stars = fields.IntField()
    estate_id: int
    person_id: int

    class Meta:
        table = "property_rating"
        unique_together = (("estate", "period", "person"),)
