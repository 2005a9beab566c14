"""Mutual help: a hand that is asked for, a small wish, and who took it on."""

from __future__ import annotations

from enum import StrEnum

from tortoise import fields
from tortoise.indexes import Index

from models.base import Noun
from models.person import Person
from models.place import Place
from models.post import Post


class WishKind(StrEnum):
    """What is asked for: a hand (请帮忙), or a small wish (微心愿)."""

    HELP = "help"
    WISH = "wish"


class WishState(StrEnum):
    """Where it stands. That it expired is computed, and stands nowhere."""

    OPEN = "open"
    CLAIMED = "claimed"
    DONE = "done"
    WITHDRAWN = "withdrawn"


class Wish(Noun):
    """What a post asks for; words, photos, moderation and who sees it are those of the post.

    ``for_person`` is the elder it is asked for by staff or a helper: no neighbour reads who that is.
    ``only_volunteers``: nobody else takes it on. ``claimed_by`` has taken it on; only one ever has.
    """

    post: fields.OneToOneRelation[Post] = fields.OneToOneField(
        "models.Post", related_name="wish", on_delete=fields.CASCADE
    )
    place: fields.ForeignKeyRelation[Place] = fields.ForeignKeyField(
        "models.Place", related_name="wishes", on_delete=fields.RESTRICT
    )
    kind = fields.CharEnumField(WishKind, max_length=10)
    state = fields.CharEnumField(WishState, max_length=10)
    for_person: fields.ForeignKeyNullableRelation[Person] = fields.ForeignKeyField(
        "models.Person", related_name="wished_for", null=True, on_delete=fields.SET_NULL, db_index=True
    )
    only_volunteers = fields.BooleanField(default=False)
    claimed_by: fields.ForeignKeyNullableRelation[Person] = fields.ForeignKeyField(
        "models.Person", related_name="wishes_claimed", null=True, on_delete=fields.SET_NULL, db_index=True
    )
    claimed_at = fields.DatetimeField(null=True)
    fresh_at = fields.DatetimeField()
    done_at = fields.DatetimeField(null=True)
    thanks = fields.CharField(max_length=200, default="")
    version = fields.IntField(default=1)
    place_id: int
    post_id: int
    for_person_id: int | None
    claimed_by_id: int | None

    class Meta:
        table = "wish"
        indexes = (Index(fields=("place_id", "state", "fresh_at", "id")),)
