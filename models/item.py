"""Idle items: what somebody gives, swaps, sells or lends, who is in line for it, and who once did not come."""

from __future__ import annotations

from enum import StrEnum

from tortoise import fields
from tortoise.indexes import Index

from models.base import Noun
from models.person import Person
from models.place import Place
from models.post import Post


class ItemMode(StrEnum):
    """What its giver wants: give it away, swap, sell or lend it."""

    GIVE = "give"
    SWAP = "swap"
    SELL = "sell"
    LEND = "lend"


class ItemState(StrEnum):
    """Whether it is still to be had. That it expired is computed, and stands nowhere."""

    OPEN = "open"
    DONE = "done"
    WITHDRAWN = "withdrawn"


class LineState(StrEnum):
    """Where somebody stands who wanted it. Who of those waiting is first is computed, and stands nowhere."""

    WAITING = "waiting"
    GIVEN = "given"
    LENT = "lent"
    RETURNED = "returned"
    LET_GO = "let_go"
    PASSED = "passed"
    MISSED = "missed"


class Item(Noun):
    """What a post offers; words, photos, moderation and who sees it are those of the post.

    ``price_fen`` is what it costs where it is sold, ``lend_days`` for how long it is lent, ``spot`` where it is handed
    over (a key of community/items.toml, never an address). It expires some days after ``fresh_at``, which a bump sets;
    ``bumps`` counts them.
    """

    post: fields.OneToOneRelation[Post] = fields.OneToOneField(
        "models.Post", related_name="item", on_delete=fields.CASCADE
    )
    place: fields.ForeignKeyRelation[Place] = fields.ForeignKeyField(
        "models.Place", related_name="items", on_delete=fields.RESTRICT
    )
    mode = fields.CharEnumField(ItemMode, max_length=10)
    state = fields.CharEnumField(ItemState, max_length=10)
    price_fen = fields.BigIntField(null=True)
    quantity = fields.IntField(default=1)
    lend_days = fields.IntField(null=True)
    spot = fields.CharField(max_length=30)
    fresh_at = fields.DatetimeField()
    bumps = fields.IntField(default=0)
    settled_at = fields.DatetimeField(null=True)
    version = fields.IntField(default=1)
    place_id: int
    post_id: int

    class Meta:
        table = "item"
        indexes = (Index(fields=("place_id", "state", "fresh_at", "id")),)


class Reservation(Noun):
    """Somebody is in line for an item, in the order of ids. ``open_for`` names item and person while they are, or have
    it lent: the database keeps each once. ``meet_at`` and ``spot`` are the appointment, which stands once both have
    agreed; ``due_on`` is when what was lent comes back.
    """

    item: fields.ForeignKeyRelation[Item] = fields.ForeignKeyField(
        "models.Item", related_name="line", on_delete=fields.CASCADE
    )
    place_id = fields.BigIntField()
    person: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField(
        "models.Person", related_name="reservations", on_delete=fields.RESTRICT
    )
    state = fields.CharEnumField(LineState, max_length=10)
    open_for = fields.CharField(max_length=50, unique=True, null=True)
    told_at = fields.DatetimeField(null=True)
    meet_at = fields.DatetimeField(null=True)
    spot = fields.CharField(max_length=30, default="")
    giver_agreed_at = fields.DatetimeField(null=True)
    taker_agreed_at = fields.DatetimeField(null=True)
    given_at = fields.DatetimeField(null=True)
    due_on = fields.DateField(null=True)
    ended_at = fields.DatetimeField(null=True)
    item_id: int
    person_id: int

    class Meta:
        table = "reservation"
        indexes = (
            Index(fields=("item_id", "state", "id")),
            Index(fields=("person_id", "state", "id")),
            Index(fields=("state", "meet_at")),
            Index(fields=("state", "due_on")),
        )


class NoShow(Noun):
    """Somebody did not come to an appointment both had agreed to. How many somebody has is counted, and fades."""

    place_id = fields.BigIntField()
    person: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField(
        "models.Person", related_name="no_shows", on_delete=fields.CASCADE
    )
    reservation_id = fields.BigIntField()
    meet_at = fields.DatetimeField()
    by_id = fields.BigIntField()
    struck_at = fields.DatetimeField(null=True)
    person_id: int

    class Meta:
        table = "no_show"
        unique_together = (("reservation_id", "person", "meet_at"),)
        indexes = (Index(fields=("person_id", "created_at")), Index(fields=("created_at",)))
