"""Votes: the question, who may answer it, and the ballots, which know neither their voter nor a time."""

from __future__ import annotations

from enum import StrEnum

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

from models.base import Noun
from models.home import Building
from models.person import Person
from models.place import Place
from models.post import Post


class VoteState(StrEnum):
    """Where a vote stands. That its time is over is computed, and stands nowhere."""

    DRAFT = "draft"
    OPEN = "open"
    COUNTED = "counted"
    VOID = "void"


class VoteMethod(StrEnum):
    """How a ballot is filled in: yes, no or abstain; one option; several; points for each; a sum of money."""

    YES_NO = "yes_no"
    ONE = "one"
    SEVERAL = "several"
    SCORE = "score"
    BUDGET = "budget"


class VoteUnit(StrEnum):
    """Who has one vote: a person, a household, or the owners of the same homes together."""

    PERSON = "person"
    HOUSEHOLD = "household"
    OWNER = "owner"


class VoteWay(StrEnum):
    """By which way somebody voted."""

    WEB = "web"
    CHAT = "chat"
    PAPER = "paper"


class PaperState(StrEnum):
    """Where a paper ballot stands: printed, entered by one of staff, entered by two alike, entered by two otherwise."""

    PRINTED = "printed"
    ENTERED = "entered"
    CONFIRMED = "confirmed"
    DIFFERS = "differs"


class NoPhoto(StrEnum):
    """Why there is no photo of a paper. Chosen from these and never written: words of a paper would name its voter."""

    CAMERA = "camera"
    DAMAGED = "damaged"
    NAMED = "named"
    REFUSED = "refused"


class Vote(Noun):
    """A question put to a neighbourhood, or to some of its buildings.

    ``post`` is the thread in which it was talked over. ``rule`` names a rule of community/votes.toml as it counts for
    this vote, whose fractions are copied into ``rule_json`` at opening. ``is_legal``: the form the law asks for was
    followed, as ``legal_note`` says; a vote without it is an opinion poll (意向征询) and says so. ``budget_fen`` is the
    sum that options may cost together. ``roll_*`` are set at opening and never again: how many votes there are, their
    area in hundredths of a square metre, and the SHA-256 of the roll. ``sheet`` is the signed result as JSON.
    """

    place: fields.ForeignKeyRelation[Place] = fields.ForeignKeyField(
        "models.Place", related_name="votes", on_delete=fields.RESTRICT
    )
    post: fields.ForeignKeyNullableRelation[Post] = fields.ForeignKeyField(
        "models.Post", related_name="votes", null=True, on_delete=fields.SET_NULL, db_index=True
    )
    state = fields.CharEnumField(VoteState, max_length=10)
    title = fields.CharField(max_length=80)
    text = fields.TextField()
    method = fields.CharEnumField(VoteMethod, max_length=10)
    unit = fields.CharEnumField(VoteUnit, max_length=10)
    rule = fields.CharField(max_length=30)
    rule_json = fields.TextField(default="")
    is_secret = fields.BooleanField()
    is_legal = fields.BooleanField(default=False)
    legal_note = fields.CharField(max_length=200, default="")
    most_choices = fields.IntField(null=True)
    budget_fen = fields.BigIntField(null=True)
    closes_at = fields.DatetimeField()
    opened_at = fields.DatetimeField(null=True)
    as_of = fields.DateField(null=True)
    roll_size = fields.IntField(default=0)
    roll_area = fields.BigIntField(default=0)
    roll_hash = fields.CharField(max_length=64, default="")
    counted_at = fields.DatetimeField(null=True)
    sheet = fields.TextField(default="")
    reason = fields.CharField(max_length=200, default="")
    by_id = fields.BigIntField()
    once = fields.CharField(max_length=80, unique=True, null=True)
    version = fields.IntField(default=1)
    place_id: int
    post_id: int | None

    class Meta:
        table = "vote"
        indexes = (Index(fields=("place_id", "state", "closes_at", "id")), Index(fields=("state", "closes_at")))


class VoteOption(Noun):
    """What can be chosen, by its position from 1; ``cost_fen`` where a sum of money is voted on."""

    vote: fields.ForeignKeyRelation[Vote] = fields.ForeignKeyField(
        "models.Vote", related_name="options", on_delete=fields.CASCADE
    )
    position = fields.IntField()
    text = fields.CharField(max_length=100)
    cost_fen = fields.BigIntField(null=True)
    vote_id: int

    class Meta:
        table = "vote_option"
        unique_together = (("vote", "position"),)


class VoteBuilding(Noun):
    """A building whose people a vote is put to; where there are none it is put to the whole neighbourhood."""

    vote: fields.ForeignKeyRelation[Vote] = fields.ForeignKeyField(
        "models.Vote", related_name="buildings", on_delete=fields.CASCADE
    )
    building: fields.ForeignKeyRelation[Building] = fields.ForeignKeyField(
        "models.Building", related_name="votes", on_delete=fields.RESTRICT, db_index=True
    )
    vote_id: int
    building_id: int

    class Meta:
        table = "vote_building"
        unique_together = (("vote", "building"),)


class Voter(Noun):
    """A line of the roll: one vote. ``key`` is what it belongs to (a person, a household, owners of the same homes) and
    stands once in a vote, which is how the database keeps anybody from voting twice.

    ``area`` is the exclusive area of its homes in hundredths of a square metre. Of a secret vote it holds that a vote
    was cast and by which way, and nothing of how or when; of a named one ``choice_sealed`` until the count and
    ``choice`` afterwards. ``told_at`` and ``reminded_at`` are of the letters that ask to vote.
    """

    vote: fields.ForeignKeyRelation[Vote] = fields.ForeignKeyField(
        "models.Vote", related_name="roll", on_delete=fields.CASCADE
    )
    place_id = fields.BigIntField()
    key = fields.CharField(max_length=40)
    building_id = fields.BigIntField()
    label = fields.CharField(max_length=120)
    area = fields.BigIntField(default=0)
    has_voted = fields.BooleanField(default=False)
    way = fields.CharEnumField(VoteWay, max_length=10, null=True)
    choice_sealed = fields.TextField(null=True)
    choice = fields.CharField(max_length=200, default="")
    told_at = fields.DatetimeField(null=True)
    reminded_at = fields.DatetimeField(null=True)
    version = fields.IntField(default=1)
    vote_id: int

    class Meta:
        table = "voter"
        unique_together = (("vote", "key"),)
        indexes = (
            Index(fields=("vote_id", "id")),
            Index(fields=("vote_id", "building_id", "has_voted")),
            Index(fields=("vote_id", "has_voted", "id")),
            Index(fields=("vote_id", "has_voted", "reminded_at")),
        )


class VoterPerson(Noun):
    """Who may cast a vote of the roll: any one of the household, or of the owners."""

    voter: fields.ForeignKeyRelation[Voter] = fields.ForeignKeyField(
        "models.Voter", related_name="people", on_delete=fields.CASCADE
    )
    vote_id = fields.BigIntField()
    person: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField(
        "models.Person", related_name="voters", on_delete=fields.CASCADE
    )
    voter_id: int
    person_id: int

    class Meta:
        table = "voter_person"
        unique_together = (("voter", "person"),)
        indexes = (
            Index(fields=("vote_id", "person_id")),
            Index(fields=("vote_id", "voter_id")),
            Index(fields=("person_id",)),
        )


class SealedBallot(Model):
    """A secret ballot until the count: a number drawn by chance, a keyed hash of its receipt, and what was chosen,
    sealed at no time and at one length. No voter, no time, no order."""

    id = fields.BigIntField(primary_key=True)
    vote_id = fields.BigIntField()
    mark = fields.CharField(max_length=64)
    token = fields.TextField()

    class Meta:
        table = "sealed_ballot"
        unique_together = (("vote_id", "mark"),)
        indexes = (Index(fields=("vote_id", "id")),)


class Ballot(Model):
    """A secret ballot after the count, under its receipt; written in the order of numbers drawn by chance."""

    id = fields.BigIntField(primary_key=True)
    vote_id = fields.BigIntField()
    receipt = fields.CharField(max_length=20)
    choice = fields.CharField(max_length=200)

    class Meta:
        table = "ballot"
        unique_together = (("vote_id", "receipt"),)


class PaperBallot(Noun):
    """A ballot on paper: of a secret vote under the receipt printed on it (``mark`` is its keyed hash), of a named one
    under the voter. Two of staff enter it, each from the paper. ``no_photo`` says why there is no photo of it."""

    vote: fields.ForeignKeyRelation[Vote] = fields.ForeignKeyField(
        "models.Vote", related_name="papers", on_delete=fields.CASCADE
    )
    place_id = fields.BigIntField()
    mark = fields.CharField(max_length=64)
    voter_id = fields.BigIntField(null=True)
    state = fields.CharEnumField(PaperState, max_length=10)
    token = fields.TextField(null=True)
    first_by_id = fields.BigIntField(null=True)
    second_by_id = fields.BigIntField(null=True)
    no_photo = fields.CharEnumField(NoPhoto, max_length=10, null=True)
    vote_id: int

    class Meta:
        table = "paper_ballot"
        unique_together = (("vote", "mark"),)
        indexes = (Index(fields=("vote_id", "state")),)


class PaperPhoto(Model):
    """A photo of a paper ballot, of a paper and never of a voter: a number drawn by chance, and where it lies. Who took
    it and when stands nowhere; the row of the file it came as is gone."""

    id = fields.BigIntField(primary_key=True)
    vote_id = fields.BigIntField()
    paper_id = fields.BigIntField()
    shelf_name = fields.CharField(max_length=40, unique=True)

    class Meta:
        table = "paper_photo"
        indexes = (Index(fields=("vote_id", "id")), Index(fields=("paper_id",)))
