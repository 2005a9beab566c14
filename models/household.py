"""Who lives where: households, residences, and what is known of a person beyond the name."""

from __future__ import annotations

from enum import StrEnum

from tortoise import fields
from tortoise.indexes import Index

from models.base import Noun
from models.home import Home
from models.person import Person
from models.place import Place


class Relation(StrEnum):
    """What somebody is to the home they live in."""

    OWNER = "owner"
    TENANT = "tenant"
    FAMILY = "family"


class ResidenceState(StrEnum):
    """Where a residence stands; what a state means is in the table of ``people.residences``."""

    PENDING = "pending"
    LIVING = "living"
    MOVED_OUT = "moved_out"
    REFUSED = "refused"


class Household(Noun):
    """People of one home who keep house together; ``label`` tells several in one home apart and is mostly empty."""

    place: fields.ForeignKeyRelation[Place] = fields.ForeignKeyField(
        "models.Place", related_name="households", on_delete=fields.RESTRICT, db_index=True
    )
    home: fields.ForeignKeyRelation[Home] = fields.ForeignKeyField(
        "models.Home", related_name="households", on_delete=fields.RESTRICT
    )
    label = fields.CharField(max_length=30, default="")
    place_id: int
    home_id: int

    class Meta:
        table = "household"
        unique_together = (("home", "label"),)


class Residence(Noun):
    """A person in a home over a time; history stays.

    ``open_home_id`` is the home's id while it is pending or lived in, and empty afterwards: a person has one open
    residence in a home. ``leaving_at``: since when it is said that they moved out, by ``leaving_by_id`` of the
    household or, where that is empty, because a new tenant came; staff decide.
    """

    place: fields.ForeignKeyRelation[Place] = fields.ForeignKeyField(
        "models.Place", related_name="residences", on_delete=fields.RESTRICT
    )
    person: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField(
        "models.Person", related_name="residences", on_delete=fields.CASCADE
    )
    home: fields.ForeignKeyRelation[Home] = fields.ForeignKeyField(
        "models.Home", related_name="residences", on_delete=fields.RESTRICT, db_index=True
    )
    household: fields.ForeignKeyNullableRelation[Household] = fields.ForeignKeyField(
        "models.Household", related_name="residences", null=True, on_delete=fields.SET_NULL, db_index=True
    )
    relation = fields.CharEnumField(Relation, max_length=20)
    state = fields.CharEnumField(ResidenceState, max_length=20)
    since = fields.DateField(null=True)
    until = fields.DateField(null=True)
    open_home_id = fields.BigIntField(null=True)
    leaving_at = fields.DatetimeField(null=True)
    leaving_by_id = fields.BigIntField(null=True)
    version = fields.IntField(default=0)
    place_id: int
    person_id: int
    home_id: int
    household_id: int | None

    class Meta:
        table = "residence"
        unique_together = (("person", "open_home_id"),)
        indexes = (Index(fields=("open_home_id",)), Index(fields=("place_id", "state")))


class Personal(Noun):
    """A person's telephone and identity number: sealed, and beside it a keyed hash by which exactly that one is found.

    An identity number belongs to one person of a place; people may share a telephone. ``born`` is read from the
    identity number when that comes in, so that ages can be asked for; ``key_mark`` names the key behind the hashes.
    """

    place: fields.ForeignKeyRelation[Place] = fields.ForeignKeyField(
        "models.Place", related_name="personals", on_delete=fields.RESTRICT
    )
    person: fields.OneToOneRelation[Person] = fields.OneToOneField(
        "models.Person", related_name="personal", on_delete=fields.CASCADE
    )
    phone_sealed = fields.CharField(max_length=255, null=True)
    phone_hash = fields.CharField(max_length=64, null=True)
    id_number_sealed = fields.CharField(max_length=255, null=True)
    id_number_hash = fields.CharField(max_length=64, null=True)
    born = fields.DateField(null=True)
    key_mark = fields.CharField(max_length=16, null=True)
    place_id: int
    person_id: int

    class Meta:
        table = "personal"
        unique_together = (("place", "id_number_hash"),)
        indexes = (Index(fields=("place_id", "phone_hash")), Index(fields=("place_id", "born")))


class PersonTag(Noun):
    """A tag on a person, such as 独居; the words are the rules' ``tags`` and a neighbourhood's own."""

    place: fields.ForeignKeyRelation[Place] = fields.ForeignKeyField(
        "models.Place", related_name="person_tags", on_delete=fields.RESTRICT
    )
    person: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField(
        "models.Person", related_name="tags", on_delete=fields.CASCADE
    )
    name = fields.CharField(max_length=20)
    place_id: int
    person_id: int

    class Meta:
        table = "person_tag"
        unique_together = (("person", "name"),)
        indexes = (Index(fields=("place_id", "name")),)


class TagWord(Noun):
    """A word that people of a neighbourhood are tagged with: a fixed one once it is used, or one of their own.

    ``retired_at``: since when nobody is newly tagged with it; whoever has the tag keeps it.
    """

    place: fields.ForeignKeyRelation[Place] = fields.ForeignKeyField(
        "models.Place", related_name="tag_words", on_delete=fields.RESTRICT
    )
    name = fields.CharField(max_length=20)
    retired_at = fields.DatetimeField(null=True)
    place_id: int

    class Meta:
        table = "tag_word"
        unique_together = (("place", "name"),)
