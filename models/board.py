"""The boards on which neighbours meet, by name, and what a neighbourhood sets about each of them."""

from __future__ import annotations

from enum import StrEnum

from tortoise import fields

from models.base import Noun
from models.person import Person
from models.place import Place


class BoardName(StrEnum):
    """A board. A moderator may be kept to some of them."""

    ANNOUNCEMENTS = "announcements"
    PARTY = "party"
    GUIDE = "guide"
    DELIBERATION = "deliberation"
    ISSUES = "issues"
    MUTUAL_HELP = "mutual_help"
    IDLE_ITEMS = "idle_items"
    NEIGHBOURS = "neighbours"
    SERVICES = "services"
    ACTIVITIES = "activities"
    OPEN_AFFAIRS = "open_affairs"
    PROPERTY = "property"
    POLICE = "police"
    DOCTOR = "doctor"
    VILLAGE_AFFAIRS = "village_affairs"
    HOMETOWN = "hometown"
    PROPOSALS = "proposals"


class Board(Noun):
    """A board of a neighbourhood, once anything is set or posted there; ``community/boards.toml`` holds the rest.

    ``is_on`` and ``reply_hours`` are empty where the community's own stand. ``is_public``: what its offices publish is
    in a feed for everybody. ``named`` is whom the board is about: the policeman, the family doctor. ``post_count`` and
    ``last_at`` tell of posts that every neighbour sees; the database keeps them itself (models/count_triggers.py).
    """

    place: fields.ForeignKeyRelation[Place] = fields.ForeignKeyField(
        "models.Place", related_name="boards", on_delete=fields.RESTRICT
    )
    name = fields.CharEnumField(BoardName, max_length=20)
    is_on = fields.BooleanField(null=True)
    is_public = fields.BooleanField(default=False, db_default=False)
    reply_hours = fields.FloatField(null=True)
    intro = fields.CharField(max_length=200, default="")
    named: fields.ForeignKeyNullableRelation[Person] = fields.ForeignKeyField(
        "models.Person", related_name="named_on", null=True, on_delete=fields.SET_NULL
    )
    post_count = fields.IntField(default=0)
    last_at = fields.DatetimeField(null=True)
    place_id: int
    named_id: int | None

    class Meta:
        table = "board"
        unique_together = (("place", "name"),)


class BoardSeen(Noun):
    """When somebody last looked at a board, on a page or in chat: what came there since is new to them."""

    person: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField(
        "models.Person", related_name="boards_seen", on_delete=fields.CASCADE
    )
    place_id = fields.BigIntField()
    board = fields.CharEnumField(BoardName, max_length=20)
    seen_at = fields.DatetimeField()
    person_id: int

    class Meta:
        table = "board_seen"
        unique_together = (("person", "place_id", "board"),)
