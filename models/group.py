"""Chat groups: which neighbourhood one belongs to, codes that bind one, and what was reported out of one."""

from __future__ import annotations

from enum import StrEnum

from tortoise import fields

from models.base import Noun
from models.home import Estate
from models.person import Person
from models.place import Place


class GroupKind(StrEnum):
    """Who talks in a group: those who live there, or staff among themselves."""

    RESIDENTS = "residents"
    STAFF = "staff"


class Group(Noun):
    """A group of a chat system that staff bound to a place; ``address`` is its id there.

    ``staff_for_id`` is the place's id while this is its staff group: a place has one. ``left_at``: since when we are no
    longer in it; ``ended_at``: since when it is bound no more. ``lease_ms`` says until when somebody keeps its topics.
    """

    channel = fields.CharField(max_length=20)
    address = fields.CharField(max_length=40)
    title = fields.CharField(max_length=128, default="")
    kind = fields.CharEnumField(GroupKind, max_length=12)
    place: fields.ForeignKeyRelation[Place] = fields.ForeignKeyField(
        "models.Place", related_name="groups", on_delete=fields.RESTRICT, db_index=True
    )
    estate: fields.ForeignKeyNullableRelation[Estate] = fields.ForeignKeyField(
        "models.Estate", related_name="groups", null=True, on_delete=fields.SET_NULL
    )
    bound_by: fields.ForeignKeyNullableRelation[Person] = fields.ForeignKeyField(
        "models.Person", related_name="groups", null=True, on_delete=fields.SET_NULL
    )
    bound_at = fields.DatetimeField()
    staff_for_id = fields.BigIntField(null=True, unique=True)
    left_at = fields.DatetimeField(null=True)
    ended_at = fields.DatetimeField(null=True)
    lease_ms = fields.BigIntField(default=0)
    owner = fields.CharField(max_length=40, default="")
    place_id: int
    estate_id: int | None
    bound_by_id: int | None

    class Meta:
        table = "chat_group"
        unique_together = (("channel", "address"),)


class GroupCode(Noun):
    """The one code that a lead may type in a group to bind it; only a keyed hash is kept."""

    person: fields.OneToOneRelation[Person] = fields.OneToOneField(
        "models.Person", related_name="group_code", on_delete=fields.CASCADE
    )
    place: fields.ForeignKeyRelation[Place] = fields.ForeignKeyField(
        "models.Place", related_name="group_codes", on_delete=fields.CASCADE
    )
    estate: fields.ForeignKeyNullableRelation[Estate] = fields.ForeignKeyField(
        "models.Estate", related_name="group_codes", null=True, on_delete=fields.CASCADE
    )
    kind = fields.CharEnumField(GroupKind, max_length=12)
    code_hash = fields.CharField(max_length=64, unique=True)
    expires_at = fields.DatetimeField()
    used_at = fields.DatetimeField(null=True)
    person_id: int
    place_id: int
    estate_id: int | None

    class Meta:
        table = "group_code"


class GroupReport(Noun):
    """A message of a group that was reported, so that it is reported once, whoever does it: at the desk as
    ``question_id``, which is 0 where it became the case ``case_id``."""

    group: fields.ForeignKeyRelation[Group] = fields.ForeignKeyField(
        "models.Group", related_name="reports", on_delete=fields.CASCADE
    )
    message_id = fields.BigIntField()
    question_id = fields.BigIntField()
    case_id = fields.BigIntField(null=True)
    group_id: int

    class Meta:
        table = "group_report"
        unique_together = (("group", "message_id"),)
