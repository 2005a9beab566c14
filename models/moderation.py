"""Looking after boards: what was reported or held, what was done about it and for how long, appeals, lists of words."""

from __future__ import annotations

from enum import StrEnum

from tortoise import fields
from tortoise.indexes import Index

from models.base import Noun
from models.board import BoardName
from models.person import Person
from models.place import Place
from models.post import Thing


class ReviewState(StrEnum):
    """Whether somebody has still to look at it."""

    OPEN = "open"
    SETTLED = "settled"


class MeasureKind(StrEnum):
    """What can be done about a post, a reply, or whoever wrote it."""

    WARN = "warn"
    HIDE = "hide"
    LOCK = "lock"
    MOVE = "move"
    MUTE = "mute"
    BAN = "ban"


class MeasureEnd(StrEnum):
    """How a measure came to its end: by its time, by somebody, by an appeal, or undone at once with others."""

    EXPIRED = "expired"
    LIFTED = "lifted"
    APPEALED = "appealed"
    UNDONE = "undone"


class AppealState(StrEnum):
    """Where an appeal stands."""

    OPEN = "open"
    UPHELD = "upheld"
    OVERTURNED = "overturned"
    WITHDRAWN = "withdrawn"


class Review(Noun):
    """A post or reply that somebody should look at; one row for each, opened again when more comes.

    ``since`` is when it was last opened, ``found`` what the lists found in it (names of lists and words), ``flags`` how
    many reported it since. ``was_seen``: neighbours have seen it, before it was held or since, and those who hear of
    it were told. ``claimed_by_id`` says who is looking, ``reminded_at`` when those who look after the board were told
    that it waits.
    """

    place: fields.ForeignKeyRelation[Place] = fields.ForeignKeyField(
        "models.Place", related_name="reviews", on_delete=fields.RESTRICT
    )
    board = fields.CharEnumField(BoardName, max_length=20)
    thing = fields.CharEnumField(Thing, max_length=10)
    thing_id = fields.BigIntField()
    post_id = fields.BigIntField()
    author_id = fields.BigIntField()
    state = fields.CharEnumField(ReviewState, max_length=10)
    since = fields.DatetimeField()
    found = fields.CharField(max_length=200, default="")
    flags = fields.IntField(default=0)
    was_seen = fields.BooleanField(default=False, db_default=False)
    claimed_by_id = fields.BigIntField(null=True)
    claimed_at = fields.DatetimeField(null=True)
    settled_by_id = fields.BigIntField(null=True)
    settled_at = fields.DatetimeField(null=True)
    outcome = fields.CharField(max_length=20, default="")
    reminded_at = fields.DatetimeField(null=True)
    version = fields.IntField(default=1)
    place_id: int

    class Meta:
        table = "review"
        unique_together = (("thing", "thing_id"),)
        indexes = (Index(fields=("place_id", "state", "since", "id")), Index(fields=("settled_at",)))


class Flag(Noun):
    """Somebody reported a post or reply, once, by a rule of the list, in their own words (masked)."""

    review: fields.ForeignKeyRelation[Review] = fields.ForeignKeyField(
        "models.Review", related_name="reports", on_delete=fields.CASCADE
    )
    person: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField(
        "models.Person", related_name="flags", on_delete=fields.CASCADE, db_index=True
    )
    rule = fields.CharField(max_length=30)
    note = fields.CharField(max_length=200, default="")
    review_id: int
    person_id: int

    class Meta:
        table = "flag"
        unique_together = (("review", "person"),)


class Measure(Noun):
    """Something done about a post, a reply or its author; ``reason`` is what the author reads, ``note`` is for staff.

    ``title`` and ``text`` are the words as they stood. ``before`` is the board a post was moved from, or the state it
    was hidden from. Measures of one ``batch`` are undone together until ``tells_at``, when the author is told.
    ``open_for`` keeps one of a kind on a thing or person at a time (``hide:post:7``), as long as it stands.
    """

    place: fields.ForeignKeyRelation[Place] = fields.ForeignKeyField(
        "models.Place", related_name="measures", on_delete=fields.RESTRICT
    )
    board = fields.CharEnumField(BoardName, max_length=20)
    kind = fields.CharEnumField(MeasureKind, max_length=10)
    thing = fields.CharEnumField(Thing, max_length=10)
    thing_id = fields.BigIntField()
    post_id = fields.BigIntField()
    person: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField(
        "models.Person", related_name="measures", on_delete=fields.RESTRICT
    )
    rule = fields.CharField(max_length=30)
    reason = fields.CharField(max_length=200)
    note = fields.CharField(max_length=200, default="")
    title = fields.CharField(max_length=80, default="")
    text = fields.TextField(default="")
    before = fields.CharField(max_length=20, default="")
    by_id = fields.BigIntField()
    ends_at = fields.DatetimeField(null=True)
    ended_at = fields.DatetimeField(null=True)
    ended_by_id = fields.BigIntField(null=True)
    ending = fields.CharEnumField(MeasureEnd, max_length=10, null=True)
    batch = fields.CharField(max_length=32, default="")
    tells_at = fields.DatetimeField()
    told_at = fields.DatetimeField(null=True)
    open_for = fields.CharField(max_length=60, unique=True, null=True)
    place_id: int
    person_id: int

    class Meta:
        table = "measure"
        indexes = (
            Index(fields=("place_id", "id")),
            Index(fields=("person_id", "id")),
            Index(fields=("thing", "thing_id")),
            Index(fields=("ends_at",)),
            Index(fields=("told_at", "tells_at")),
            Index(fields=("batch",)),
        )


class Appeal(Noun):
    """The author asks somebody else to look at a measure again, once; ``text`` is why, ``answer`` what was decided.

    ``closes_at`` is by when neighbours say what they think, where they are asked; without it staff decide.
    """

    measure: fields.OneToOneRelation[Measure] = fields.OneToOneField(
        "models.Measure", related_name="appeal", on_delete=fields.CASCADE
    )
    place_id = fields.BigIntField()
    text = fields.CharField(max_length=500)
    state = fields.CharEnumField(AppealState, max_length=12)
    closes_at = fields.DatetimeField(null=True)
    decided_by_id = fields.BigIntField(null=True)
    decided_at = fields.DatetimeField(null=True)
    answer = fields.CharField(max_length=200, default="")
    measure_id: int

    class Meta:
        table = "appeal"
        indexes = (Index(fields=("place_id", "state", "id")), Index(fields=("state", "closes_at")))


class Juror(Noun):
    """A neighbour who was drawn to look at an appeal; ``is_for`` the author once they have said."""

    appeal: fields.ForeignKeyRelation[Appeal] = fields.ForeignKeyField(
        "models.Appeal", related_name="jurors", on_delete=fields.CASCADE
    )
    person: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField(
        "models.Person", related_name="juries", on_delete=fields.CASCADE, db_index=True
    )
    is_for = fields.BooleanField(null=True)
    said_at = fields.DatetimeField(null=True)
    appeal_id: int
    person_id: int

    class Meta:
        table = "juror"
        unique_together = (("appeal", "person"),)


class ScreenList(Noun):
    """A version of a list of words of a neighbourhood; the newest number is in force. ``text``: one word on a line."""

    place: fields.ForeignKeyRelation[Place] = fields.ForeignKeyField(
        "models.Place", related_name="screen_lists", on_delete=fields.RESTRICT
    )
    name = fields.CharField(max_length=30)
    number = fields.IntField()
    action = fields.CharField(max_length=10)
    text = fields.TextField()
    by_id = fields.BigIntField()
    place_id: int

    class Meta:
        table = "screen_list"
        unique_together = (("place", "name", "number"),)
