"""Keys with which other systems send cases in."""

from __future__ import annotations

from tortoise import fields

from models.base import Noun
from models.place import Place


class ApiKey(Noun):
    """A key of another system for one place; only its keyed hash is kept. ``used_at``: when it was last good."""

    place: fields.ForeignKeyRelation[Place] = fields.ForeignKeyField(
        "models.Place", related_name="api_keys", on_delete=fields.CASCADE, db_index=True
    )
    name = fields.CharField(max_length=40)
    key_hash = fields.CharField(max_length=64, unique=True)
    by_id = fields.BigIntField(null=True)
    used_at = fields.DatetimeField(null=True)
    ended_at = fields.DatetimeField(null=True)
    ended_by_id = fields.BigIntField(null=True)
    place_id: int

    class Meta:
        table = "api_key"
