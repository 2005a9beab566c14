"""People, the roles they hold in a place, what they keep up there, and their web sessions."""

from __future__ import annotations

from enum import StrEnum

from tortoise import fields
from tortoise.indexes import Index

from models.base import Noun
from models.place import Place


class RoleName(StrEnum):
    """What somebody may be in a place."""

    RESIDENT = "resident"
    BUILDING_CAPTAIN = "building_captain"
    VOLUNTEER = "volunteer"
    WORKER = "worker"
    SECRETARY = "secretary"
    POLICE = "police"
    DOCTOR = "doctor"
    PROPERTY = "property"
    OWNERS_COMMITTEE = "owners_committee"
    MEDIATOR = "mediator"
    MODERATOR = "moderator"
    UNIT_MEMBER = "unit_member"
    SUBDISTRICT_DESK = "subdistrict_desk"
    SUBDISTRICT_OBSERVER = "subdistrict_observer"
    DISTRICT_OBSERVER = "district_observer"
    ADMIN = "admin"


NEIGHBOURS = frozenset({RoleName.RESIDENT, RoleName.BUILDING_CAPTAIN, RoleName.VOLUNTEER})
"""Roles of those who live here. They sign in by their chat; every other role works here and has a password."""
WORKS_HERE = "('" + "','".join(sorted(role.value for role in RoleName if role not in NEIGHBOURS)) + "')"
"""The other roles as a list in SQL."""


class Person(Noun):
    """Somebody known by name; staff sign in with ``username`` and a password hash (argon2id).

    While ``start_until`` is set the password was made by somebody else: until then it opens nothing but its own change.
    Staff mark a party member (``party_marked_at``); whether that is shown is up to the person (``party_shown_at``).
    """

    place: fields.ForeignKeyRelation[Place] = fields.ForeignKeyField(
        "models.Place", related_name="people", on_delete=fields.RESTRICT, db_index=True
    )
    name = fields.CharField(max_length=40)
    shown_name = fields.CharField(max_length=40)
    username = fields.CharField(max_length=40, unique=True, null=True)
    password_hash = fields.CharField(max_length=200, null=True)
    is_active = fields.BooleanField(default=True)
    start_until = fields.DatetimeField(null=True)
    party_marked_at = fields.DatetimeField(null=True)
    party_shown_at = fields.DatetimeField(null=True)
    place_id: int

    class Meta:
        table = "person"


class Role(Noun):
    """A role held by a person in a place; ``boards`` narrows a moderator's to some boards, a space between two."""

    person: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField(
        "models.Person", related_name="roles", on_delete=fields.CASCADE, db_index=True
    )
    place: fields.ForeignKeyRelation[Place] = fields.ForeignKeyField(
        "models.Place", related_name="roles", on_delete=fields.CASCADE, db_index=True
    )
    name = fields.CharEnumField(RoleName, max_length=30)
    boards = fields.CharField(max_length=200, default="", db_default="")
    person_id: int
    place_id: int

    class Meta:
        table = "role"
        unique_together = (("person", "place", "name"),)


class Keeper(Noun):
    """Who of a place keeps up the entries of one desk (条线), as the entries name it."""

    person: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField(
        "models.Person", related_name="keeps", on_delete=fields.CASCADE, db_index=True
    )
    place: fields.ForeignKeyRelation[Place] = fields.ForeignKeyField(
        "models.Place", related_name="keepers", on_delete=fields.CASCADE
    )
    owner_desk = fields.CharField(max_length=200)
    person_id: int
    place_id: int

    class Meta:
        table = "keeper"
        unique_together = (("place", "owner_desk", "person"),)


class WebSession(Noun):
    """A browser's session; only the hash of its token is kept. ``data`` is JSON text.

    ``contact_id`` is the browser's own chat where a resident signed in: it is theirs for as long as the session lives.
    ``via`` says how they came in, ``seen_at`` when they last looked (to some minutes), ``fresh_at`` when they last
    proved who they are.
    """

    token_hash = fields.CharField(max_length=64, unique=True)
    person: fields.ForeignKeyNullableRelation[Person] = fields.ForeignKeyField(
        "models.Person", related_name="sessions", null=True, on_delete=fields.CASCADE, db_index=True
    )
    data = fields.TextField(default="{}")
    expires_at = fields.DatetimeField()
    revoked_at = fields.DatetimeField(null=True)
    contact_id = fields.BigIntField(null=True)
    via = fields.CharField(max_length=20, default="", db_default="")
    seen_at = fields.DatetimeField(null=True)
    fresh_at = fields.DatetimeField(null=True)
    person_id: int | None

    class Meta:
        table = "web_session"
        indexes = (Index(fields=("contact_id",)), Index(fields=("revoked_at",)))
