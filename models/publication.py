"""What is published before it counts (公示): a text that stands fixed for some days, and what is objected to it."""

from __future__ import annotations

from enum import StrEnum

from tortoise import fields
from tortoise.indexes import Index

from models.base import Noun
from models.person import Person, RoleName
from models.place import Place
from models.proposal import Proposal


class Outcome(StrEnum):
    """What a published proposal becomes: a covenant that neighbours sign, or a project that is carried out."""

    COVENANT = "covenant"
    PROJECT = "project"


class ObjectionState(StrEnum):
    """Where an objection stands: waiting for its official answer, answered, or taken back by who made it."""

    OPEN = "open"
    ANSWERED = "answered"
    WITHDRAWN = "withdrawn"


class Publication(Noun):
    """The result of a proposal, published until ``ends_at``; its words never change. ``open_for`` is the proposal's
    number while it runs, so that the database keeps one at a time; ``closed_at``: when the proposal went on.
    ``told_at``: when staff were told that its days are over and objections still wait."""

    proposal: fields.ForeignKeyRelation[Proposal] = fields.ForeignKeyField(
        "models.Proposal", related_name="publications", on_delete=fields.RESTRICT, db_index=True
    )
    place: fields.ForeignKeyRelation[Place] = fields.ForeignKeyField(
        "models.Place", related_name="publications", on_delete=fields.RESTRICT
    )
    outcome = fields.CharEnumField(Outcome, max_length=10)
    title = fields.CharField(max_length=80)
    text = fields.TextField()
    hash = fields.CharField(max_length=64)
    ends_at = fields.DatetimeField()
    closed_at = fields.DatetimeField(null=True)
    told_at = fields.DatetimeField(null=True)
    by_id = fields.BigIntField()
    open_for = fields.BigIntField(unique=True, null=True)
    proposal_id: int
    place_id: int

    class Meta:
        table = "publication"
        indexes = (Index(fields=("place_id", "closed_at", "ends_at")), Index(fields=("closed_at", "ends_at")))


class Objection(Noun):
    """What somebody objects to a publication, each once. ``is_held``: its words are not shown to neighbours, since a
    list of words found something; it waits for its answer like any other. ``as_role`` is the office of who answered."""

    publication: fields.ForeignKeyRelation[Publication] = fields.ForeignKeyField(
        "models.Publication", related_name="objections", on_delete=fields.RESTRICT
    )
    place_id = fields.BigIntField()
    person: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField(
        "models.Person", related_name="objections", on_delete=fields.RESTRICT, db_index=True
    )
    state = fields.CharEnumField(ObjectionState, max_length=10)
    text = fields.TextField()
    is_held = fields.BooleanField(default=False)
    answer = fields.TextField(default="")
    answered_at = fields.DatetimeField(null=True)
    answered_by_id = fields.BigIntField(null=True)
    as_role = fields.CharEnumField(RoleName, max_length=30, null=True)
    publication_id: int
    person_id: int

    class Meta:
        table = "objection"
        unique_together = (("publication", "person"),)
        indexes = (Index(fields=("publication_id", "state")), Index(fields=("place_id", "state")))


class PaperObjection(Noun):
    """That an objection was handed in on paper: typed in ``entry`` times, the last time by ``entered_by_id``, and held
    against its photo by somebody else, ``checked_by_id``. ``brought_by`` is who handed it in, for staff."""

    objection: fields.OneToOneRelation[Objection] = fields.OneToOneField(
        "models.Objection", related_name="paper", on_delete=fields.CASCADE
    )
    entry = fields.IntField(default=1)
    entered_by_id = fields.BigIntField()
    checked_by_id = fields.BigIntField(null=True)
    brought_by = fields.CharField(max_length=40)
    objection_id: int

    class Meta:
        table = "paper_objection"
