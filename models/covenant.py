"""Covenants (公约): what neighbours agreed on, version after version, and who signed which."""

from __future__ import annotations

from enum import StrEnum

from tortoise import fields
from tortoise.indexes import Index

from models.base import Noun
from models.person import Person
from models.place import Place
from models.proposal import Proposal


class SignedBy(StrEnum):
    """Who signs a version: one for each household, or everybody for themselves."""

    HOUSEHOLD = "household"
    PERSON = "person"


class Covenant(Noun):
    """A covenant of a neighbourhood; its words are those of its versions."""

    place: fields.ForeignKeyRelation[Place] = fields.ForeignKeyField(
        "models.Place", related_name="covenants", on_delete=fields.RESTRICT
    )
    title = fields.CharField(max_length=80)
    place_id: int

    class Meta:
        table = "covenant"
        unique_together = (("place", "title"),)


class CovenantVersion(Noun):
    """The words of a covenant by their number from 1, which never change, in force from ``valid_from``. ``proposal``
    and ``vote_id`` say by which decision they came."""

    covenant: fields.ForeignKeyRelation[Covenant] = fields.ForeignKeyField(
        "models.Covenant", related_name="versions", on_delete=fields.RESTRICT
    )
    place_id = fields.BigIntField()
    number = fields.IntField()
    proposal: fields.OneToOneRelation[Proposal] = fields.OneToOneField(
        "models.Proposal", related_name="covenant_version", on_delete=fields.RESTRICT
    )
    vote_id = fields.BigIntField(null=True)
    text = fields.TextField()
    valid_from = fields.DateField()
    signed_by = fields.CharEnumField(SignedBy, max_length=10)
    by_id = fields.BigIntField()
    covenant_id: int
    proposal_id: int

    class Meta:
        table = "covenant_version"
        unique_together = (("covenant", "number"),)
        indexes = (Index(fields=("place_id", "covenant_id", "number")),)


class CovenantSignature(Noun):
    """A household or person signed a version: ``key`` as on a roll (``household:12``, ``home:34``, ``person:5``), once
    in a version. ``shows_name``: neighbours read who signed; ``person`` is empty once the account is gone."""

    version: fields.ForeignKeyRelation[CovenantVersion] = fields.ForeignKeyField(
        "models.CovenantVersion", related_name="signatures", on_delete=fields.RESTRICT
    )
    place_id = fields.BigIntField()
    person: fields.ForeignKeyNullableRelation[Person] = fields.ForeignKeyField(
        "models.Person", related_name="covenant_signatures", null=True, on_delete=fields.SET_NULL, db_index=True
    )
    key = fields.CharField(max_length=40)
    shows_name = fields.BooleanField(default=False)
    version_id: int
    person_id: int | None

    class Meta:
        table = "covenant_signature"
        unique_together = (("version", "key"),)
