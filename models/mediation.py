"""Mediation (调解) between two sides, with private words of each.

Words of a mediation are sealed throughout: what it is about, what a side tells in private, what was agreed.
"""

from __future__ import annotations

from enum import StrEnum

from tortoise import fields
from tortoise.indexes import Index

from models.base import Noun
from models.case import Case
from models.home import Home
from models.person import Person
from models.place import Place


class MediationState(StrEnum):
    """Where a mediation stands; what a state means is in casework's loop table."""

    ASKED = "asked"
    AGREED = "agreed"
    ASSIGNED = "assigned"
    TALKING = "talking"
    DRAFTED = "drafted"
    SIGNED = "signed"
    KEPT = "kept"
    FAILED = "failed"
    DECLINED = "declined"
    CALLED_OFF = "called_off"


class Party(StrEnum):
    """Which side somebody is."""

    APPLICANT = "applicant"
    OTHER = "other"


class NoteKind(StrEnum):
    """Private words: a side's to the mediator, the mediator's to that side, the mediator's own about them."""

    TOLD = "told"
    SAID = "said"
    KEPT = "kept"


class SessionWay(StrEnum):
    """How the sides talk: at one place, over the telephone, or in their own chats."""

    MEET = "meet"
    PHONE = "phone"
    CHAT = "chat"


class Mediation(Noun):
    """A quarrel that two sides want settled. ``owner`` answers for it (首问), ``mediator`` leads the talks.

    ``matter_sealed`` is read by both sides, ``agreement_sealed`` too; ``agreement_number`` counts its drafts, so that
    nobody confirms one they did not see. ``remind_at``: when somebody is to be told that it waits. ``erased_at``: since
    when its words are gone.
    """

    number = fields.CharField(max_length=20)
    place: fields.ForeignKeyRelation[Place] = fields.ForeignKeyField(
        "models.Place", related_name="mediations", on_delete=fields.RESTRICT
    )
    state = fields.CharEnumField(MediationState, max_length=12, default=MediationState.ASKED)
    case: fields.ForeignKeyNullableRelation[Case] = fields.ForeignKeyField(
        "models.Case", related_name="mediations", null=True, on_delete=fields.SET_NULL, db_index=True
    )
    matter_sealed = fields.TextField()
    owner: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField(
        "models.Person", related_name="owned_mediations", on_delete=fields.RESTRICT, db_index=True
    )
    mediator: fields.ForeignKeyNullableRelation[Person] = fields.ForeignKeyField(
        "models.Person", related_name="mediations", null=True, on_delete=fields.SET_NULL
    )
    agreement_sealed = fields.TextField(null=True)
    agreement_number = fields.IntField(default=0)
    signed_at = fields.DatetimeField(null=True)
    follow_up_on = fields.DateField(null=True)
    remind_at = fields.DatetimeField(null=True)
    closed_at = fields.DatetimeField(null=True)
    erased_at = fields.DatetimeField(null=True)
    version = fields.IntField(default=1)
    place_id: int
    case_id: int | None
    owner_id: int
    mediator_id: int | None
    sides: fields.ReverseRelation[MediationSide]

    class Meta:
        table = "mediation"
        unique_together = (("place", "number"),)
        indexes = (
            Index(fields=("place_id", "state")),
            Index(fields=("mediator_id", "state")),
            Index(fields=("remind_at",)),
        )


class MediationSide(Noun):
    """One of the two sides: somebody who lives here, whoever of a home answers first, or somebody reached by telephone.

    ``consented_at`` and ``confirmed_at`` are the side's own word; where it was not pressed by themselves,
    ``consent_way`` and ``confirm_way`` say how they gave it and ``…_by_id`` who wrote that down. ``told_at``: since
    when they may know of it.
    """

    mediation: fields.ForeignKeyRelation[Mediation] = fields.ForeignKeyField(
        "models.Mediation", related_name="sides", on_delete=fields.CASCADE
    )
    party = fields.CharEnumField(Party, max_length=10)
    name_sealed = fields.TextField()
    phone_sealed = fields.CharField(max_length=255, null=True)
    person: fields.ForeignKeyNullableRelation[Person] = fields.ForeignKeyField(
        "models.Person", related_name="mediation_sides", null=True, on_delete=fields.SET_NULL, db_index=True
    )
    home: fields.ForeignKeyNullableRelation[Home] = fields.ForeignKeyField(
        "models.Home", related_name="mediation_sides", null=True, on_delete=fields.SET_NULL, db_index=True
    )
    wish: fields.ForeignKeyNullableRelation[Person] = fields.ForeignKeyField(
        "models.Person", related_name="mediation_wishes", null=True, on_delete=fields.SET_NULL, db_index=True
    )
    told_at = fields.DatetimeField(null=True)
    consented_at = fields.DatetimeField(null=True)
    consent_way = fields.CharField(max_length=10, default="")
    consent_by_id = fields.BigIntField(null=True)
    confirmed_at = fields.DatetimeField(null=True)
    confirm_way = fields.CharField(max_length=10, default="")
    confirm_by_id = fields.BigIntField(null=True)
    mediation_id: int
    person_id: int | None
    home_id: int | None
    wish_id: int | None

    class Meta:
        table = "mediation_side"
        unique_together = (("mediation", "party"),)


class MediationNote(Noun):
    """Private words between one side and the mediator; the other side never learns of them."""

    mediation: fields.ForeignKeyRelation[Mediation] = fields.ForeignKeyField(
        "models.Mediation", related_name="notes", on_delete=fields.CASCADE, db_index=True
    )
    party = fields.CharEnumField(Party, max_length=10)
    kind = fields.CharEnumField(NoteKind, max_length=10)
    text_sealed = fields.TextField()
    by_id = fields.BigIntField(null=True)
    mediation_id: int

    class Meta:
        table = "mediation_note"


class MediationStep(Noun):
    """One verb done to a mediation: by whom, for which side, and the state it left. It holds no words of anybody."""

    mediation: fields.ForeignKeyRelation[Mediation] = fields.ForeignKeyField(
        "models.Mediation", related_name="steps", on_delete=fields.CASCADE, db_index=True
    )
    place_id = fields.BigIntField()
    verb = fields.CharField(max_length=40)
    by_id = fields.BigIntField(null=True)
    party = fields.CharField(max_length=10, default="")
    state = fields.CharEnumField(MediationState, max_length=12)
    facts = fields.TextField(default="{}")
    mediation_id: int

    class Meta:
        table = "mediation_step"
        indexes = (Index(fields=("place_id", "verb", "created_at")),)


class SessionResult(StrEnum):
    """What came of a talk."""

    AGREED = "agreed"
    CLOSER = "closer"
    NO_TERMS = "no_terms"
    ABSENT = "absent"


class NextStep(StrEnum):
    """What comes after a talk."""

    MEET = "meet"
    DRAFT = "draft"
    THINK = "think"
    END = "end"


class MediationSession(Noun):
    """A talk at a time; who of the sides came, and when. Of one by telephone or chat nobody has come anywhere.

    ``result``, ``next_step`` and ``minutes_sealed`` say what came of it, for both sides; private words of one side
    stand in its notes. ``recorded_at``: since when.
    """

    mediation: fields.ForeignKeyRelation[Mediation] = fields.ForeignKeyField(
        "models.Mediation", related_name="sessions", on_delete=fields.CASCADE, db_index=True
    )
    way = fields.CharEnumField(SessionWay, max_length=10)
    at = fields.DatetimeField()
    where_text = fields.CharField(max_length=120, default="")
    applicant_came_at = fields.DatetimeField(null=True)
    other_came_at = fields.DatetimeField(null=True)
    cancelled_at = fields.DatetimeField(null=True)
    by_id = fields.BigIntField(null=True)
    result = fields.CharField(max_length=12, default="", db_default="")
    next_step = fields.CharField(max_length=12, default="", db_default="")
    minutes_sealed = fields.TextField(null=True)
    recorded_at = fields.DatetimeField(null=True)
    mediation_id: int

    class Meta:
        table = "mediation_session"
