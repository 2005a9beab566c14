"""What people do around a thread: like and thank, mention, follow, read, and write without having sent it yet."""

from __future__ import annotations

from enum import StrEnum

from tortoise import fields
from tortoise.indexes import Index

from models.base import Noun
from models.board import BoardName
from models.person import Person
from models.post import Post, Thing
from models.team import Team


class ReactionKind(StrEnum):
    """What one can say of a post or reply without words."""

    LIKE = "like"
    THANK = "thank"


class Reaction(Noun):
    """Somebody likes or thanks for a post or reply, once."""

    thing = fields.CharEnumField(Thing, max_length=10)
    thing_id = fields.BigIntField()
    kind = fields.CharEnumField(ReactionKind, max_length=10)
    person: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField(
        "models.Person", related_name="reactions", on_delete=fields.CASCADE, db_index=True
    )
    person_id: int

    class Meta:
        table = "reaction"
        unique_together = (("thing", "thing_id", "kind", "person"),)


class Mention(Noun):
    """A post or reply names somebody, or a unit, with an @; ``who`` keeps each of them once (``p12``, ``t3``)."""

    thing = fields.CharEnumField(Thing, max_length=10)
    thing_id = fields.BigIntField()
    who = fields.CharField(max_length=30)
    person: fields.ForeignKeyNullableRelation[Person] = fields.ForeignKeyField(
        "models.Person", related_name="mentions", null=True, on_delete=fields.CASCADE, db_index=True
    )
    team: fields.ForeignKeyNullableRelation[Team] = fields.ForeignKeyField(
        "models.Team", related_name="mentions", null=True, on_delete=fields.CASCADE, db_index=True
    )
    words = fields.CharField(max_length=60)
    person_id: int | None
    team_id: int | None

    class Meta:
        table = "mention"
        unique_together = (("thing", "thing_id", "who"),)


class PostFollow(Noun):
    """Whether somebody wants to hear of what is new in a thread; who wrote in it does, until they say otherwise."""

    post: fields.ForeignKeyRelation[Post] = fields.ForeignKeyField(
        "models.Post", related_name="followers", on_delete=fields.CASCADE
    )
    person: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField(
        "models.Person", related_name="follows", on_delete=fields.CASCADE, db_index=True
    )
    is_on = fields.BooleanField(default=True)
    post_id: int
    person_id: int

    class Meta:
        table = "post_follow"
        unique_together = (("post", "person"),)


class PostSeen(Noun):
    """How far somebody has read a thread, on a page or in chat: up to the reply ``reply_id`` (0: before the first),
    all there was when ``seen_at`` was the last that happened in it."""

    person: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField(
        "models.Person", related_name="posts_seen", on_delete=fields.CASCADE
    )
    post: fields.ForeignKeyRelation[Post] = fields.ForeignKeyField(
        "models.Post", related_name="seen_by", on_delete=fields.CASCADE, db_index=True
    )
    reply_id = fields.BigIntField(default=0)
    seen_at = fields.DatetimeField()
    person_id: int
    post_id: int

    class Meta:
        table = "post_seen"
        unique_together = (("person", "post"),)


class PostDraft(Noun):
    """What somebody wrote and did not send. ``slot`` says for what: ``new:issues``, ``reply:12``, ``edit:reply:3``.

    ``seq`` rises with every change and with the sending, after which the row stays, emptied: a stale tab can neither
    overwrite what is newer nor bring back what was sent. ``photos`` are names of files, a space between two.
    """

    person: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField(
        "models.Person", related_name="drafts", on_delete=fields.CASCADE
    )
    slot = fields.CharField(max_length=40)
    place_id = fields.BigIntField()
    board = fields.CharEnumField(BoardName, max_length=20, null=True)
    title = fields.CharField(max_length=80, default="")
    text = fields.TextField(default="")
    photos = fields.CharField(max_length=400, default="")
    is_private = fields.BooleanField(default=False)
    seq = fields.IntField(default=1)
    changed_at = fields.DatetimeField()
    person_id: int

    class Meta:
        table = "post_draft"
        unique_together = (("person", "slot"),)
        indexes = (Index(fields=("changed_at",)),)
