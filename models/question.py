"""Questions and reports at the desk, and every step taken with them."""

from __future__ import annotations

from enum import StrEnum

from tortoise import fields
from tortoise.indexes import Index

from models.base import Noun
from models.conversation import Conversation
from models.person import Person
from models.place import Place


class QuestionKind(StrEnum):
    """A question wants an answer; a report wants something done."""

    QUESTION = "question"
    REPORT = "report"


class QuestionState(StrEnum):
    """Where a question stands; what a state means is in casework's loop table."""

    WAITING = "waiting"
    CLAIMED = "claimed"
    ANSWERED = "answered"
    CLOSED = "closed"


class Intake(StrEnum):
    """By which way it came to the desk."""

    CHAT = "chat"
    PHONE = "phone"
    WALK_IN = "walk_in"


class Question(Noun):
    """Something a person must answer. ``owner`` is always exactly one; ``claimed_by`` says who is answering now.

    ``clock_from`` is the moment from which both due times count, ``answered_at`` when a person last answered since
    then, and ``idle_since`` since when the one who claimed it owes a word. Of the five things a ticket is about (who,
    when, where, what, how it came about) ``text`` says what. ``behalf_person_id`` is who it was asked for, where we
    know them. ``kind_key`` is the kind of work that it surely is about, '' where it is about none. ``erased_at``: since
    when a sentence of ours stands for its words, because the resident wished so or they had been kept long enough.
    """

    number = fields.CharField(max_length=20)
    place: fields.ForeignKeyRelation[Place] = fields.ForeignKeyField(
        "models.Place", related_name="questions", on_delete=fields.RESTRICT
    )
    conversation: fields.ForeignKeyNullableRelation[Conversation] = fields.ForeignKeyField(
        "models.Conversation", related_name="questions", null=True, on_delete=fields.SET_NULL, db_index=True
    )
    kind = fields.CharEnumField(QuestionKind, max_length=10)
    intake = fields.CharEnumField(Intake, max_length=10, default=Intake.CHAT)
    state = fields.CharEnumField(QuestionState, max_length=10, default=QuestionState.WAITING)
    text = fields.TextField()
    sealed = fields.TextField(null=True)
    where_text = fields.CharField(max_length=200, default="")
    on_behalf_of = fields.CharField(max_length=60, default="")
    behalf_person_id = fields.BigIntField(null=True)
    when_text = fields.CharField(max_length=60, default="", db_default="")
    how_text = fields.CharField(max_length=1000, default="", db_default="")
    candidates = fields.TextField(default="[]")
    kind_key = fields.CharField(max_length=40, null=True)
    owner: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField(
        "models.Person", related_name="owned_questions", on_delete=fields.RESTRICT, db_index=True
    )
    transfer_to: fields.ForeignKeyNullableRelation[Person] = fields.ForeignKeyField(
        "models.Person", related_name="offered_questions", null=True, on_delete=fields.SET_NULL
    )
    claimed_by: fields.ForeignKeyNullableRelation[Person] = fields.ForeignKeyField(
        "models.Person", related_name="claimed_questions", null=True, on_delete=fields.SET_NULL
    )
    claimed_at = fields.DatetimeField(null=True)
    idle_since = fields.DatetimeField(null=True)
    clock_from = fields.DatetimeField()
    first_due = fields.DatetimeField()
    done_due = fields.DatetimeField()
    answered_at = fields.DatetimeField(null=True)
    closed_at = fields.DatetimeField(null=True)
    erased_at = fields.DatetimeField(null=True)
    solved = fields.BooleanField(null=True)
    satisfied = fields.BooleanField(null=True)
    version = fields.IntField(default=1)
    place_id: int
    conversation_id: int | None
    owner_id: int
    transfer_to_id: int | None
    claimed_by_id: int | None

    class Meta:
        table = "question"
        unique_together = (("place", "number"),)
        indexes = (
            Index(fields=("place_id", "state", "first_due")),
            Index(fields=("state", "first_due")),
            Index(fields=("place_id", "created_at")),
            Index(fields=("place_id", "answered_at")),
        )


class QuestionStep(Noun):
    """One verb done to a question, by whom, and the state it left. ``once`` names what must be told only once."""

    question: fields.ForeignKeyRelation[Question] = fields.ForeignKeyField(
        "models.Question", related_name="steps", on_delete=fields.CASCADE, db_index=True
    )
    verb = fields.CharField(max_length=40)
    by_id = fields.BigIntField(null=True)
    state = fields.CharEnumField(QuestionState, max_length=10)
    note = fields.TextField(default="")
    is_public = fields.BooleanField(default=True)
    once = fields.CharField(max_length=80, unique=True, null=True)
    question_id: int

    class Meta:
        table = "question_step"


class ReplyState(StrEnum):
    """Whether a reply still holds."""

    STANDING = "standing"
    CORRECTED = "corrected"
    WITHDRAWN = "withdrawn"


class StaffReply(Noun):
    """What one of the staff wrote to the one who asked. ``line_id`` is the line in their conversation (None: it could
    not be said there), ``outbox_id`` the row that carries it.

    ``is_final``: an answer, no first word. ``failed_at``: since when it is known that it did not arrive, of which
    staff are told once; ``reached_at``: when somebody told the resident in another way.
    """

    question: fields.ForeignKeyRelation[Question] = fields.ForeignKeyField(
        "models.Question", related_name="replies", on_delete=fields.CASCADE, db_index=True
    )
    by_id = fields.BigIntField(null=True)
    line_id = fields.BigIntField(null=True, unique=True)
    outbox_id = fields.BigIntField(null=True, unique=True)
    text = fields.TextField()
    is_final = fields.BooleanField()
    state = fields.CharEnumField(ReplyState, max_length=10, default=ReplyState.STANDING)
    undone_by_id = fields.BigIntField(null=True)
    reason = fields.CharField(max_length=200, default="")
    failed_at = fields.DatetimeField(null=True, db_index=True)
    reached_at = fields.DatetimeField(null=True)
    question_id: int

    class Meta:
        table = "staff_reply"


class CannedAnswer(Noun):
    """A text staff use often."""

    place: fields.ForeignKeyRelation[Place] = fields.ForeignKeyField(
        "models.Place", related_name="canned_answers", on_delete=fields.CASCADE, db_index=True
    )
    title = fields.CharField(max_length=40)
    text = fields.TextField()
    place_id: int

    class Meta:
        table = "canned_answer"
