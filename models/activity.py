"""Activities of a neighbourhood: when and where, how many places there are, and who signed up, waits and came."""

from __future__ import annotations

from enum import StrEnum

from tortoise import fields
from tortoise.indexes import Index

from models.base import Noun
from models.person import Person
from models.place import Place
from models.post import Post


class ActivityState(StrEnum):
    """Whether it takes place. That it has begun or is over is computed, and stands nowhere."""

    ON = "on"
    CALLED_OFF = "called_off"


class SignUpState(StrEnum):
    """Where somebody stands who signed up: waits for a place, has one, or left."""

    WAITING = "waiting"
    IN = "in"
    LEFT = "left"


class Activity(Noun):
    """What a post calls people to; words, photos, moderation and who sees it are those of the post.

    ``taken`` counts the places that are taken; the database keeps it, and refuses more than ``places``
    (models/count_triggers.py, models/triggers.py). ``is_volunteering``: who was there has hours of a volunteer.
    ``code`` is what staff show there to sign in with, empty until they do.
    """

    post: fields.OneToOneRelation[Post] = fields.OneToOneField(
        "models.Post", related_name="activity", on_delete=fields.CASCADE
    )
    place: fields.ForeignKeyRelation[Place] = fields.ForeignKeyField(
        "models.Place", related_name="activities", on_delete=fields.RESTRICT
    )
    state = fields.CharEnumField(ActivityState, max_length=10)
    starts_at = fields.DatetimeField()
    ends_at = fields.DatetimeField()
    venue = fields.CharField(max_length=60)
    places = fields.IntField()
    taken = fields.IntField(default=0)
    is_volunteering = fields.BooleanField(default=False)
    code = fields.CharField(max_length=8, default="")
    reason = fields.CharField(max_length=200, default="")
    version = fields.IntField(default=1)
    place_id: int
    post_id: int

    class Meta:
        table = "activity"
        indexes = (Index(fields=("place_id", "starts_at", "id")), Index(fields=("ends_at",)))


class SignUp(Noun):
    """Somebody signed up for an activity; those who wait stand in the order of ids. ``open_for`` names activity and
    person while it stands: the database keeps it once. ``tries``: how many wrong codes they typed there.

    ``present_at`` is when they were there; ``hours_from`` and ``hours_until`` what counts of it as a volunteer's shift.
    """

    activity: fields.ForeignKeyRelation[Activity] = fields.ForeignKeyField(
        "models.Activity", related_name="sign_ups", on_delete=fields.CASCADE
    )
    place_id = fields.BigIntField()
    person: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField(
        "models.Person", related_name="sign_ups", on_delete=fields.RESTRICT
    )
    state = fields.CharEnumField(SignUpState, max_length=10)
    open_for = fields.CharField(max_length=50, unique=True, null=True)
    tries = fields.IntField(default=0)
    present_at = fields.DatetimeField(null=True)
    hours_from = fields.DatetimeField(null=True)
    hours_until = fields.DatetimeField(null=True)
    marked_by_id = fields.BigIntField(null=True)
    left_at = fields.DatetimeField(null=True)
    activity_id: int
    person_id: int

    class Meta:
        table = "sign_up"
        indexes = (Index(fields=("activity_id", "state", "id")), Index(fields=("person_id", "id")))
