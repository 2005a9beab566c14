"""Coming to live somewhere: the public link of an estate, who asks to be let in, and who acts for whom."""

from __future__ import annotations

from enum import StrEnum

from tortoise import fields
from tortoise.indexes import Index

from models.base import Noun
from models.contact import Contact
from models.home import Building, Estate, Home
from models.household import Relation
from models.person import Person
from models.place import Place


class EstateLink(Noun):
    """The link behind an estate's printed code, and the number to type where nobody can scan.

    ``open_estate_id`` is the estate's id until the link is replaced, and empty afterwards: an estate has one at a time.
    """

    place: fields.ForeignKeyRelation[Place] = fields.ForeignKeyField(
        "models.Place", related_name="estate_links", on_delete=fields.RESTRICT, db_index=True
    )
    estate: fields.ForeignKeyRelation[Estate] = fields.ForeignKeyField(
        "models.Estate", related_name="links", on_delete=fields.CASCADE, db_index=True
    )
    token = fields.CharField(max_length=40, unique=True)
    digits = fields.CharField(max_length=12, unique=True)
    open_estate_id = fields.BigIntField(null=True, unique=True)
    ended_at = fields.DatetimeField(null=True)
    place_id: int
    estate_id: int

    class Meta:
        table = "estate_link"


class JoinState(StrEnum):
    """Where a request stands; what a state means is in the table of ``people.joining.states``."""

    WAITING = "waiting"
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


class JoinRequest(Noun):
    """Somebody asks to be known as living in a home; ``label`` is the home as typed, ``home`` the one meant by it.

    ``open_building_id`` is the building's id while it waits, and empty afterwards: a contact has one open request for a
    home. ``helper_name`` is set where somebody asks for another, who is then ``name``. ``person`` and ``residence_id``
    are what came of it; ``vouched_by`` a member of the household who vouched; ``entered_at`` when the browser that
    asked was signed in.
    """

    place: fields.ForeignKeyRelation[Place] = fields.ForeignKeyField(
        "models.Place", related_name="join_requests", on_delete=fields.RESTRICT
    )
    building: fields.ForeignKeyRelation[Building] = fields.ForeignKeyField(
        "models.Building", related_name="join_requests", on_delete=fields.RESTRICT
    )
    home: fields.ForeignKeyNullableRelation[Home] = fields.ForeignKeyField(
        "models.Home", related_name="join_requests", null=True, on_delete=fields.SET_NULL, db_index=True
    )
    label = fields.CharField(max_length=30)
    name = fields.CharField(max_length=40)
    shown_name = fields.CharField(max_length=40)
    relation = fields.CharEnumField(Relation, max_length=20)
    phone_sealed = fields.CharField(max_length=255, null=True)
    phone_hash = fields.CharField(max_length=64, null=True)
    helper_name = fields.CharField(max_length=40, default="")
    contact: fields.ForeignKeyNullableRelation[Contact] = fields.ForeignKeyField(
        "models.Contact", related_name="join_requests", null=True, on_delete=fields.SET_NULL
    )
    state = fields.CharEnumField(JoinState, max_length=12, default=JoinState.WAITING)
    open_building_id = fields.BigIntField(null=True)
    reason = fields.CharField(max_length=20, default="")
    words = fields.CharField(max_length=200, default="")
    person: fields.ForeignKeyNullableRelation[Person] = fields.ForeignKeyField(
        "models.Person", related_name="join_requests", null=True, on_delete=fields.SET_NULL, db_index=True
    )
    residence_id = fields.BigIntField(null=True)
    vouched_by: fields.ForeignKeyNullableRelation[Person] = fields.ForeignKeyField(
        "models.Person", related_name="vouched_requests", null=True, on_delete=fields.SET_NULL
    )
    vouched_at = fields.DatetimeField(null=True)
    decided_by: fields.ForeignKeyNullableRelation[Person] = fields.ForeignKeyField(
        "models.Person", related_name="decided_requests", null=True, on_delete=fields.SET_NULL
    )
    decided_at = fields.DatetimeField(null=True)
    expires_at = fields.DatetimeField()
    entered_at = fields.DatetimeField(null=True)
    version = fields.IntField(default=0)
    place_id: int
    building_id: int
    home_id: int | None
    contact_id: int | None
    person_id: int | None
    vouched_by_id: int | None
    decided_by_id: int | None

    class Meta:
        table = "join_request"
        unique_together = (("contact", "open_building_id", "label"),)
        indexes = (Index(fields=("place_id", "state", "id")), Index(fields=("state", "expires_at")))


class ActingKind(StrEnum):
    """What the one who acts is to the one they act for."""

    FAMILY = "family"
    CAPTAIN = "captain"
    STAFF = "staff"


class ActingState(StrEnum):
    """Proposed and not agreed yet, standing, or ended."""

    PROPOSED = "proposed"
    STANDING = "standing"
    ENDED = "ended"


class Acting(Noun):
    """Who may ask on whose behalf (代办). Agreed by staff or by the one acted for; either may end it at once.

    ``open_elder_id`` is the id of the one acted for until it ends: two people have one open link. ``agreed_by_id`` is
    who agreed.
    """

    place: fields.ForeignKeyRelation[Place] = fields.ForeignKeyField(
        "models.Place", related_name="actings", on_delete=fields.RESTRICT, db_index=True
    )
    helper: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField(
        "models.Person", related_name="acts_for", on_delete=fields.CASCADE
    )
    elder: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField(
        "models.Person", related_name="acted_for_by", on_delete=fields.CASCADE, db_index=True
    )
    kind = fields.CharEnumField(ActingKind, max_length=12)
    state = fields.CharEnumField(ActingState, max_length=12)
    open_elder_id = fields.BigIntField(null=True)
    agreed_by_id = fields.BigIntField(null=True)
    agreed_at = fields.DatetimeField(null=True)
    ended_at = fields.DatetimeField(null=True)
    ended_by_id = fields.BigIntField(null=True)
    place_id: int
    helper_id: int
    elder_id: int

    class Meta:
        table = "acting"
        unique_together = (("helper", "open_elder_id"),)
