"""Proposals in the council hall: where each stands, its steps, who supports it, and its words as they were frozen.

A proposal is a post of the board ``deliberation``: its words, photos, thread, moderation and who sees it are those of
the post (docs/adr/0049).
"""

from __future__ import annotations

from enum import StrEnum

from tortoise import fields
from tortoise.indexes import Index

from models.base import Noun
from models.person import Person, RoleName
from models.place import Place
from models.post import Post, Reply


class ProposalStage(StrEnum):
    """Where a proposal stands; what a stage means is in the table of ``forum.deliberation.stages``."""

    TOPIC = "topic"
    SUPPORT = "support"
    SCREENING = "screening"
    DISCUSSION = "discussion"
    HEARING = "hearing"
    COORDINATION = "coordination"
    VOTE = "vote"
    PUBLICATION = "publication"
    COVENANT = "covenant"
    PROJECT = "project"
    CARRYING_OUT = "carrying_out"
    APPRAISAL = "appraisal"
    DONE = "done"
    NOT_TAKEN = "not_taken"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"


class AmendmentState(StrEnum):
    """What became of an amendment."""

    OPEN = "open"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class Proposal(Noun):
    """A proposal, known by ``number`` such as P-0001.

    ``households``: how many verified households the neighbourhood had when it was put, and ``support_needed`` how many
    of them must support it; ``support_count`` is kept by the database (models/count_triggers.py). ``stage_at``: since
    when it stands where it does; ``due_at``: by when the stage is to be over; ``reminded_at``: when staff were told
    that it is late. ``answer`` is the official one, given at ``answered_at`` by ``answered_by_id``. ``text_number`` is
    the frozen version in force (``ProposalVersion``), 0 while the words may still be changed. ``reason``: why it ended
    without being done, which everybody reads; the database refuses one that
    is not taken up without it (models/triggers.py).
    ``key_year``: the year whose key small matter (关键小事) it is. ``told_step_id`` and ``told_to``: up to which step,
    and of that one up to whom, its followers were told.
    """

    post: fields.OneToOneRelation[Post] = fields.OneToOneField(
        "models.Post", related_name="proposal", on_delete=fields.RESTRICT
    )
    place: fields.ForeignKeyRelation[Place] = fields.ForeignKeyField(
        "models.Place", related_name="proposals", on_delete=fields.RESTRICT
    )
    number = fields.CharField(max_length=20, unique=True)
    author_id = fields.BigIntField()
    stage = fields.CharEnumField(ProposalStage, max_length=20)
    stage_at = fields.DatetimeField()
    due_at = fields.DatetimeField(null=True)
    reminded_at = fields.DatetimeField(null=True)
    households = fields.IntField(default=0)
    support_needed = fields.IntField(default=0)
    support_count = fields.IntField(default=0)
    answer = fields.TextField(default="")
    answered_at = fields.DatetimeField(null=True)
    answered_by_id = fields.BigIntField(null=True)
    text_number = fields.IntField(default=0)
    reason = fields.CharField(max_length=500, default="")
    key_year = fields.IntField(null=True)
    told_step_id = fields.BigIntField(default=0)
    told_to = fields.BigIntField(default=0)
    once = fields.CharField(max_length=80, unique=True, null=True)
    version = fields.IntField(default=1)
    post_id: int
    place_id: int

    class Meta:
        table = "proposal"
        indexes = (
            Index(fields=("place_id", "stage", "id")),
            Index(fields=("place_id", "due_at")),
            Index(fields=("place_id", "key_year")),
            Index(fields=("stage", "due_at")),
            Index(fields=("author_id", "id")),
        )


class ProposalStep(Noun):
    """That a proposal went from one stage to another, by which verb, by whom (``by_id`` empty: by itself), in which
    office, and why, as everybody reads it. ``is_public`` is False for what only staff read. Never changed: the database
    refuses it (models/triggers.py)."""

    proposal: fields.ForeignKeyRelation[Proposal] = fields.ForeignKeyField(
        "models.Proposal", related_name="steps", on_delete=fields.RESTRICT
    )
    place_id = fields.BigIntField()
    from_stage = fields.CharEnumField(ProposalStage, max_length=20, null=True)
    stage = fields.CharEnumField(ProposalStage, max_length=20)
    verb = fields.CharField(max_length=40)
    by_id = fields.BigIntField(null=True)
    as_role = fields.CharEnumField(RoleName, max_length=30, null=True)
    reason = fields.CharField(max_length=500, default="")
    is_public = fields.BooleanField(default=True)
    proposal_id: int

    class Meta:
        table = "proposal_step"
        indexes = (Index(fields=("proposal_id", "id")), Index(fields=("place_id", "id")))


class ProposalSupport(Noun):
    """A household supports a proposal, through one of its people. ``household`` is the key of a roll
    (``household:12``, or ``home:34`` where nobody wrote a household down); each stands once in a proposal."""

    proposal: fields.ForeignKeyRelation[Proposal] = fields.ForeignKeyField(
        "models.Proposal", related_name="supports", on_delete=fields.CASCADE
    )
    place_id = fields.BigIntField()
    household = fields.CharField(max_length=40)
    person: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField(
        "models.Person", related_name="supports", on_delete=fields.CASCADE, db_index=True
    )
    proposal_id: int
    person_id: int

    class Meta:
        table = "proposal_support"
        unique_together = (("proposal", "household"), ("proposal", "person"))


class ProposalVersion(Noun):
    """A proposal's words as they were frozen, by their number from 1, with the SHA-256 of ``title``, a newline and
    ``text`` in hexadecimal. ``amendment_id``: the one by which it came."""

    proposal: fields.ForeignKeyRelation[Proposal] = fields.ForeignKeyField(
        "models.Proposal", related_name="versions", on_delete=fields.CASCADE
    )
    number = fields.IntField()
    title = fields.CharField(max_length=80)
    text = fields.TextField()
    hash = fields.CharField(max_length=64)
    frozen_at = fields.DatetimeField()
    amendment_id = fields.BigIntField(null=True)
    proposal_id: int

    class Meta:
        table = "proposal_version"
        unique_together = (("proposal", "number"),)


class Amendment(Noun):
    """Other words for a proposal, against its version ``base_number`` (0: before any was frozen). ``reply`` says in the
    thread why; who sees the amendment is who sees that reply. Only the proposal's author settles it. ``made_post_id``:
    the proposal of its own that a refused one became."""

    proposal: fields.ForeignKeyRelation[Proposal] = fields.ForeignKeyField(
        "models.Proposal", related_name="amendments", on_delete=fields.CASCADE
    )
    place_id = fields.BigIntField()
    reply: fields.OneToOneRelation[Reply] = fields.OneToOneField(
        "models.Reply", related_name="amendment", on_delete=fields.CASCADE
    )
    author: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField(
        "models.Person", related_name="amendments", on_delete=fields.RESTRICT, db_index=True
    )
    base_number = fields.IntField(default=0)
    title = fields.CharField(max_length=80)
    text = fields.TextField()
    state = fields.CharEnumField(AmendmentState, max_length=10)
    reason = fields.CharField(max_length=200, default="")
    settled_at = fields.DatetimeField(null=True)
    made_post_id = fields.BigIntField(null=True)
    version = fields.IntField(default=1)
    proposal_id: int
    reply_id: int
    author_id: int

    class Meta:
        table = "amendment"
        indexes = (Index(fields=("proposal_id", "state", "id")),)
