"""A resident's conversation, what was said in it, what was missed, and how answers were judged."""

from __future__ import annotations

from enum import StrEnum

from tortoise import fields
from tortoise.indexes import Index

from models.base import Noun
from models.contact import Contact
from models.person import Person
from models.place import Place


class Speaker(StrEnum):
    """Who answers in a conversation now."""

    BOT = "bot"
    PERSON = "person"


class Author(StrEnum):
    """Who said a line."""

    RESIDENT = "resident"
    BOT = "bot"
    STAFF = "staff"


class Verdict(StrEnum):
    """How a resident judged an answer."""

    USEFUL = "useful"
    UNSOLVED = "unsolved"


class Conversation(Noun):
    """One per contact; ``memory`` is the dialogue's JSON, changed only together with ``version``."""

    contact: fields.OneToOneRelation[Contact] = fields.OneToOneField(
        "models.Contact", related_name="conversation", on_delete=fields.CASCADE
    )
    place: fields.ForeignKeyRelation[Place] = fields.ForeignKeyField(
        "models.Place", related_name="conversations", on_delete=fields.RESTRICT, db_index=True
    )
    speaker = fields.CharEnumField(Speaker, max_length=10, default=Speaker.BOT)
    memory = fields.TextField(default="{}")
    version = fields.IntField(default=1)
    contact_id: int
    place_id: int

    class Meta:
        table = "conversation"


class Utterance(Noun):
    """One line said in a conversation. ``text`` is masked; ``sealed`` holds a resident's original, encrypted.

    ``facts`` is JSON about a bot's line: outcome, entry keys with scores, choices. ``outbox_id`` names its outbox row.
    """

    conversation: fields.ForeignKeyRelation[Conversation] = fields.ForeignKeyField(
        "models.Conversation", related_name="utterances", on_delete=fields.CASCADE
    )
    author = fields.CharEnumField(Author, max_length=10)
    staff: fields.ForeignKeyNullableRelation[Person] = fields.ForeignKeyField(
        "models.Person", related_name="utterances", null=True, on_delete=fields.SET_NULL
    )
    text = fields.TextField()
    sealed = fields.TextField(null=True)
    facts = fields.TextField(default="{}")
    outbox_id = fields.BigIntField(null=True)
    conversation_id: int
    staff_id: int | None

    class Meta:
        table = "utterance"
        indexes = (Index(fields=("conversation_id", "id")),)


class Miss(Noun):
    """A question the pack could not answer, kept until an entry answers it and the asker is told.

    ``draft_id`` is the version of an entry that somebody is writing to answer it.
    """

    place: fields.ForeignKeyRelation[Place] = fields.ForeignKeyField(
        "models.Place", related_name="misses", on_delete=fields.CASCADE, db_index=True
    )
    conversation: fields.ForeignKeyRelation[Conversation] = fields.ForeignKeyField(
        "models.Conversation", related_name="misses", on_delete=fields.CASCADE, db_index=True
    )
    text = fields.CharField(max_length=500)
    question_id = fields.BigIntField(null=True, db_index=True)
    draft_id = fields.BigIntField(null=True)
    entry_key = fields.CharField(max_length=60, null=True)
    told_at = fields.DatetimeField(null=True)
    dismissed_at = fields.DatetimeField(null=True)
    place_id: int
    conversation_id: int

    class Meta:
        table = "miss"
        indexes = (Index(fields=("place_id", "created_at")),)


class Feedback(Noun):
    """A resident's verdict on one answer to ``question`` (masked); the last press counts."""

    conversation: fields.ForeignKeyRelation[Conversation] = fields.ForeignKeyField(
        "models.Conversation", related_name="feedback", on_delete=fields.CASCADE
    )
    utterance_id = fields.BigIntField(unique=True)
    entry_key = fields.CharField(max_length=60, db_index=True)
    verdict = fields.CharEnumField(Verdict, max_length=10)
    question = fields.CharField(max_length=500, default="", db_default="")
    conversation_id: int

    class Meta:
        table = "feedback"


class Phrasing(Noun):
    """A question (masked, as typed) for which an entry was chosen: it may become a way of asking for that entry.

    ``said`` is the question in one written form, by which the same asked again is known; ``draft_id`` is the version of
    the entry that has it.
    """

    place: fields.ForeignKeyRelation[Place] = fields.ForeignKeyField(
        "models.Place", related_name="phrasings", on_delete=fields.CASCADE
    )
    entry_key = fields.CharField(max_length=60)
    said = fields.CharField(max_length=200)
    text = fields.CharField(max_length=500)
    times = fields.IntField(default=1)
    last_at = fields.DatetimeField()
    draft_id = fields.BigIntField(null=True)
    dismissed_at = fields.DatetimeField(null=True)
    place_id: int

    class Meta:
        table = "phrasing"
        unique_together = (("place", "entry_key", "said"),)
