"""Posts and replies on boards, with what they said before they were changed."""

from __future__ import annotations

from enum import StrEnum

from tortoise import fields
from tortoise.indexes import Index

from models.base import Noun
from models.board import BoardName
from models.case import Case
from models.person import Person, RoleName
from models.place import Place


class PostState(StrEnum):
    """Where a post or reply stands; what a state means is in the table of ``forum.states``."""

    PUBLISHED = "published"
    LOCKED = "locked"
    HELD = "held"
    HIDDEN = "hidden"
    DELETED = "deleted"


class Thing(StrEnum):
    """What can be liked, edited, mentioned in, reported: both stand in columns ``thing`` and ``thing_id``."""

    POST = "post"
    REPLY = "reply"


class Post(Noun):
    """What somebody began a thread with. Numbers of people are masked before it is kept.

    ``as_role`` is the office in which it was written, empty for a neighbour; ``is_private``: for its author and the
    board's officials alone. ``due_at`` is by when an official reply is owed, ``answered_at`` when the first came that
    still stands, ``reminded_at`` when it was told that it is late. ``case`` is what was made of it. ``once`` names the
    form or message it came by. ``last_at``, the counts and ``answered_at`` are kept by the database
    (models/count_triggers.py).
    """

    place: fields.ForeignKeyRelation[Place] = fields.ForeignKeyField(
        "models.Place", related_name="posts", on_delete=fields.RESTRICT
    )
    board = fields.CharEnumField(BoardName, max_length=20)
    author: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField(
        "models.Person", related_name="posts", on_delete=fields.RESTRICT
    )
    state = fields.CharEnumField(PostState, max_length=10)
    title = fields.CharField(max_length=80)
    text = fields.TextField()
    is_private = fields.BooleanField(default=False)
    as_role = fields.CharEnumField(RoleName, max_length=30, null=True)
    case: fields.ForeignKeyNullableRelation[Case] = fields.ForeignKeyField(
        "models.Case", related_name="posts", null=True, on_delete=fields.SET_NULL, db_index=True
    )
    last_at = fields.DatetimeField()
    due_at = fields.DatetimeField(null=True)
    answered_at = fields.DatetimeField(null=True)
    reminded_at = fields.DatetimeField(null=True)
    edited_at = fields.DatetimeField(null=True)
    settled_at = fields.DatetimeField(null=True)
    settled_by_id = fields.BigIntField(null=True)
    reason = fields.CharField(max_length=200, default="")
    reply_count = fields.IntField(default=0)
    like_count = fields.IntField(default=0)
    thank_count = fields.IntField(default=0)
    once = fields.CharField(max_length=80, unique=True, null=True)
    version = fields.IntField(default=1)
    place_id: int
    author_id: int
    case_id: int | None

    class Meta:
        table = "post"
        indexes = (
            Index(fields=("place_id", "board", "last_at", "id")),
            Index(fields=("place_id", "last_at", "id")),
            Index(fields=("place_id", "board", "id")),
            Index(fields=("author_id", "id")),
            Index(fields=("place_id", "due_at")),
        )


class Reply(Noun):
    """What somebody answered in a thread; ``quotes`` another reply of it. The rest as with a post."""

    post: fields.ForeignKeyRelation[Post] = fields.ForeignKeyField(
        "models.Post", related_name="replies", on_delete=fields.CASCADE
    )
    place_id = fields.BigIntField()
    author: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField(
        "models.Person", related_name="replies", on_delete=fields.RESTRICT
    )
    state = fields.CharEnumField(PostState, max_length=10)
    text = fields.TextField()
    quotes: fields.ForeignKeyNullableRelation[Reply] = fields.ForeignKeyField(
        "models.Reply", related_name="quoted", null=True, on_delete=fields.SET_NULL, db_index=True
    )
    as_role = fields.CharEnumField(RoleName, max_length=30, null=True)
    edited_at = fields.DatetimeField(null=True)
    settled_at = fields.DatetimeField(null=True)
    settled_by_id = fields.BigIntField(null=True)
    reason = fields.CharField(max_length=200, default="")
    like_count = fields.IntField(default=0)
    thank_count = fields.IntField(default=0)
    once = fields.CharField(max_length=80, unique=True, null=True)
    version = fields.IntField(default=1)
    post_id: int
    author_id: int
    quotes_id: int | None

    class Meta:
        table = "reply"
        indexes = (Index(fields=("post_id", "id")), Index(fields=("author_id", "id")))


class PostEdit(Noun):
    """What a post or reply said until it was changed, by whom; nothing of it is ever changed."""

    thing = fields.CharEnumField(Thing, max_length=10)
    thing_id = fields.BigIntField()
    place_id = fields.BigIntField()
    by_id = fields.BigIntField()
    title = fields.CharField(max_length=80, default="")
    text = fields.TextField()

    class Meta:
        table = "post_edit"
        indexes = (Index(fields=("thing", "thing_id", "id")), Index(fields=("created_at",)))
