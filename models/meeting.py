"""Meetings (听证会, 协调会, 评议会): when and where, who is invited and answers, the minutes and what was concluded."""

from __future__ import annotations

from enum import StrEnum

from tortoise import fields
from tortoise.indexes import Index

from models.base import Noun
from models.person import Person
from models.place import Place
from models.team import Team


class MeetingKind(StrEnum):
    """What it is for: hearing people, bringing sides together, or looking at what was done."""

    HEARING = "hearing"
    COORDINATION = "coordination"
    APPRAISAL = "appraisal"


class MeetingState(StrEnum):
    """Called; begun, with its members frozen; its record published; or called off."""

    CALLED = "called"
    BEGUN = "begun"
    PUBLISHED = "published"
    CALLED_OFF = "called_off"


class SeatOrigin(StrEnum):
    """By which way somebody came to a seat: named on a list, living in a building, in a role, of a unit, by
    themselves, or from outside, known by a name and an office alone."""

    LIST = "list"
    BUILDING = "building"
    ROLE = "role"
    UNIT = "unit"
    VOLUNTEER = "volunteer"
    OUTSIDE = "outside"


class ConclusionOutcome(StrEnum):
    """What became of a point: agreed, not agreed, or left open."""

    AGREED = "agreed"
    NOT_AGREED = "not_agreed"
    OPEN = "open"


class Meeting(Noun):
    """A meeting of a neighbourhood, of a proposal (``proposal_id``) or of none.

    ``invites`` are buildings and roles a job still has to seat, ``invited_to`` up to which person it has. ``minutes``
    are the published ones: until then each saved draft is a row of its own. ``invited`` and ``came`` are how many it
    were, written with the record, since who was only invited is forgotten after a while. The database refuses to change
    what stands in a published record (models/triggers.py).
    """

    place: fields.ForeignKeyRelation[Place] = fields.ForeignKeyField(
        "models.Place", related_name="meetings", on_delete=fields.RESTRICT
    )
    proposal_id = fields.BigIntField(null=True, db_index=True)
    kind = fields.CharEnumField(MeetingKind, max_length=12)
    state = fields.CharEnumField(MeetingState, max_length=10)
    title = fields.CharField(max_length=60)
    agenda = fields.TextField()
    venue = fields.CharField(max_length=60)
    starts_at = fields.DatetimeField()
    takes_volunteers = fields.BooleanField()
    invites = fields.TextField(default="")
    invited_to = fields.BigIntField(default=0)
    minutes = fields.TextField(default="")
    invited = fields.IntField(null=True)
    came = fields.IntField(null=True)
    begun_at = fields.DatetimeField(null=True)
    published_at = fields.DatetimeField(null=True)
    reason = fields.CharField(max_length=200, default="")
    by_id = fields.BigIntField()
    once = fields.CharField(max_length=80, unique=True, null=True)
    version = fields.IntField(default=1)
    place_id: int

    class Meta:
        table = "meeting"
        indexes = (Index(fields=("place_id", "state", "starts_at", "id")), Index(fields=("state", "starts_at")))


class MeetingSeat(Noun):
    """Somebody who is invited, or a unit, or somebody from outside. ``shown_as`` is written when the meeting begins, of
    who is a member of the hearing then; from there on ``is_frozen``, and the database lets nobody become or cease one.
    ``answer`` is ``yes``, ``no`` or nothing yet."""

    meeting: fields.ForeignKeyRelation[Meeting] = fields.ForeignKeyField(
        "models.Meeting", related_name="seats", on_delete=fields.CASCADE
    )
    person: fields.ForeignKeyNullableRelation[Person] = fields.ForeignKeyField(
        "models.Person", related_name="meeting_seats", null=True, on_delete=fields.SET_NULL, db_index=True
    )
    team: fields.ForeignKeyNullableRelation[Team] = fields.ForeignKeyField(
        "models.Team", related_name="meeting_seats", null=True, on_delete=fields.SET_NULL, db_index=True
    )
    origin = fields.CharEnumField(SeatOrigin, max_length=10)
    shown_as = fields.CharField(max_length=80, default="")
    is_member = fields.BooleanField(default=False)
    is_frozen = fields.BooleanField(default=False)
    answer = fields.CharField(max_length=3, default="")
    answered_at = fields.DatetimeField(null=True)
    told_at = fields.DatetimeField(null=True)
    reminded_at = fields.DatetimeField(null=True)
    came_at = fields.DatetimeField(null=True)
    meeting_id: int
    person_id: int | None
    team_id: int | None

    class Meta:
        table = "meeting_seat"
        unique_together = (("meeting", "person"), ("meeting", "team"))
        indexes = (Index(fields=("meeting_id", "told_at", "id")),)


class MeetingDraft(Noun):
    """The minutes as somebody saved them; of two who write at once the database takes one version."""

    meeting: fields.ForeignKeyRelation[Meeting] = fields.ForeignKeyField(
        "models.Meeting", related_name="drafts", on_delete=fields.CASCADE
    )
    number = fields.IntField()
    text = fields.TextField()
    by_id = fields.BigIntField()
    meeting_id: int

    class Meta:
        table = "meeting_draft"
        unique_together = (("meeting", "number"),)


class MeetingConclusion(Noun):
    """One line of what was concluded: the point, what became of it, who does what by when, and the case it became.
    ``is_final``: it stands in the published record, and nothing but the case is written any more."""

    meeting: fields.ForeignKeyRelation[Meeting] = fields.ForeignKeyField(
        "models.Meeting", related_name="conclusions", on_delete=fields.CASCADE
    )
    position = fields.IntField()
    text = fields.CharField(max_length=300)
    outcome = fields.CharEnumField(ConclusionOutcome, max_length=10)
    who = fields.CharField(max_length=60, default="")
    due_on = fields.DateField(null=True)
    case_id = fields.BigIntField(null=True)
    is_dropped = fields.BooleanField(default=False)
    is_final = fields.BooleanField(default=False)
    by_id = fields.BigIntField()
    meeting_id: int

    class Meta:
        table = "meeting_conclusion"
        unique_together = (("meeting", "position"),)


class MeetingAddendum(Noun):
    """What was added to a published record, or put right in it; nothing is taken out."""

    meeting: fields.ForeignKeyRelation[Meeting] = fields.ForeignKeyField(
        "models.Meeting", related_name="addenda", on_delete=fields.CASCADE, db_index=True
    )
    text = fields.TextField()
    by_id = fields.BigIntField()
    meeting_id: int

    class Meta:
        table = "meeting_addendum"
