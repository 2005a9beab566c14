"""The directory of a neighbourhood: organisations, providers and spaces, and what residents complained of them."""

from __future__ import annotations

from enum import StrEnum

from tortoise import fields
from tortoise.indexes import Index

from models.base import Noun
from models.person import Person
from models.place import Place


class ProviderKind(StrEnum):
    """What stands in the directory: 社会组织, 服务商, 家门口空间."""

    ORGANISATION = "organisation"
    PROVIDER = "provider"
    SPACE = "space"


class ProviderState(StrEnum):
    """Where it stands: introduced to neighbours, suspended, or taken off the list."""

    ADMITTED = "admitted"
    SUSPENDED = "suspended"
    REMOVED = "removed"


class ComplaintState(StrEnum):
    """Where a complaint stands."""

    OPEN = "open"
    UPHELD = "upheld"
    DISMISSED = "dismissed"
    WITHDRAWN = "withdrawn"


class Provider(Noun):
    """Somebody who offers something to neighbours, admitted by staff for a ``reason``.

    ``hours``: shifts of a day such as ``08:30-11:30 13:00-17:00`` on the ``weekdays`` (``12345``: Monday to Friday),
    empty where they are not told. Upheld complaints count from ``counts_from`` on. ``open_name`` names place and name
    while it is listed: the database keeps a name once.
    """

    place: fields.ForeignKeyRelation[Place] = fields.ForeignKeyField(
        "models.Place", related_name="providers", on_delete=fields.RESTRICT
    )
    kind = fields.CharEnumField(ProviderKind, max_length=15)
    state = fields.CharEnumField(ProviderState, max_length=10)
    name = fields.CharField(max_length=40)
    open_name = fields.CharField(max_length=60, unique=True, null=True)
    about = fields.CharField(max_length=300, default="")
    venue = fields.CharField(max_length=60, default="")
    phone = fields.CharField(max_length=20, default="")
    fees = fields.CharField(max_length=100, default="")
    hours = fields.CharField(max_length=80, default="")
    weekdays = fields.CharField(max_length=7, default="")
    on_rest_days = fields.BooleanField(default=False)
    reason = fields.CharField(max_length=200)
    state_reason = fields.CharField(max_length=200, default="")
    state_at = fields.DatetimeField()
    counts_from = fields.DatetimeField()
    version = fields.IntField(default=1)
    place_id: int

    class Meta:
        table = "provider"
        indexes = (Index(fields=("place_id", "state", "kind", "id")),)


class Complaint(Noun):
    """What a resident complained of; numbers of people are masked. ``open_for`` names provider and person while nobody
    has decided: the database keeps it once. ``answer`` is what the resident was told."""

    provider: fields.ForeignKeyRelation[Provider] = fields.ForeignKeyField(
        "models.Provider", related_name="complaints", on_delete=fields.RESTRICT
    )
    place_id = fields.BigIntField()
    person: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField(
        "models.Person", related_name="complaints", on_delete=fields.RESTRICT
    )
    state = fields.CharEnumField(ComplaintState, max_length=10)
    text = fields.CharField(max_length=500)
    open_for = fields.CharField(max_length=50, unique=True, null=True)
    answer = fields.CharField(max_length=200, default="")
    decided_by_id = fields.BigIntField(null=True)
    decided_at = fields.DatetimeField(null=True)
    provider_id: int
    person_id: int

    class Meta:
        table = "complaint"
        indexes = (
            Index(fields=("provider_id", "state", "decided_at")),
            Index(fields=("place_id", "state", "id")),
            Index(fields=("person_id", "id")),
        )
