"""Appraisals (评议): those on the roll rate once what came of a proposal and who carried it out."""

from __future__ import annotations

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

from models.base import Noun
from models.person import Person
from models.place import Place
from models.proposal import Proposal


class Appraisal(Noun):
    """The rating of a proposal once it was carried out, until ``closes_at``. ``roll_size``: how many may rate, as they
    lived here on the day ``as_of``. ``settled_at``: its sums were written into ``result`` (JSON), which is kept.
    ``told_to``: up to whom of the roll was told, all of them at ``told_at``."""

    proposal: fields.OneToOneRelation[Proposal] = fields.OneToOneField(
        "models.Proposal", related_name="appraisal", on_delete=fields.RESTRICT
    )
    place: fields.ForeignKeyRelation[Place] = fields.ForeignKeyField(
        "models.Place", related_name="appraisals", on_delete=fields.RESTRICT
    )
    unit = fields.CharField(max_length=60)
    closes_at = fields.DatetimeField()
    as_of = fields.DateField()
    roll_size = fields.IntField(default=0)
    told_to = fields.BigIntField(default=0)
    told_at = fields.DatetimeField(null=True)
    settled_at = fields.DatetimeField(null=True)
    result = fields.TextField(default="")
    by_id = fields.BigIntField()
    proposal_id: int
    place_id: int

    class Meta:
        table = "appraisal"
        indexes = (Index(fields=("place_id", "closes_at", "id")), Index(fields=("settled_at", "closes_at")))


class AppraisalVoice(Noun):
    """Somebody on the roll of an appraisal, each once, and whether they have rated; nothing of how."""

    appraisal: fields.ForeignKeyRelation[Appraisal] = fields.ForeignKeyField(
        "models.Appraisal", related_name="roll", on_delete=fields.CASCADE
    )
    person: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField(
        "models.Person", related_name="appraisal_voices", on_delete=fields.CASCADE, db_index=True
    )
    has_rated = fields.BooleanField(default=False)
    appraisal_id: int
    person_id: int

    class Meta:
        table = "appraisal_voice"
        unique_together = (("appraisal", "person"),)


class AppraisalRating(Model):
    """A rating: 1 to 5 for what came of it, 1 to 5 for who carried it out, and words; under a number drawn by chance,
    of nobody and at no time."""

    id = fields.BigIntField(primary_key=True)
    appraisal_id = fields.BigIntField()
    outcome = fields.IntField()
    unit = fields.IntField()
    words = fields.TextField(default="")

    class Meta:
        table = "appraisal_rating"
        indexes = (Index(fields=("appraisal_id",)),)
