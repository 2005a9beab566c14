"""Topics of staff groups: one for each question, with the card that says how it stands."""

from __future__ import annotations

from tortoise import fields

from models.base import Noun
from models.group import Group
from models.question import Question


class Topic(Noun):
    """Where a question is talked about in a staff group; ``thread_id`` and ``card_id`` are the chat system's, if any.

    ``shown`` is what of the question stands on the card, as one number (``casework/topics.py``), ``heard_id`` the last
    line of the resident that staff were told of there.
    """

    group: fields.ForeignKeyRelation[Group] = fields.ForeignKeyField(
        "models.Group", related_name="topics", on_delete=fields.CASCADE
    )
    question: fields.OneToOneRelation[Question] = fields.OneToOneField(
        "models.Question", related_name="topic", on_delete=fields.CASCADE
    )
    thread_id = fields.BigIntField(null=True)
    card_id = fields.BigIntField(null=True)
    shown = fields.BigIntField(default=0)
    heard_id = fields.BigIntField(default=0)
    is_closed = fields.BooleanField(default=False)
    group_id: int
    question_id: int

    class Meta:
        table = "topic"
        unique_together = (("group", "thread_id"),)


class TopicPhoto(Noun):
    """A photo that stands in a topic, as which message; ``file_id`` is the stored file, which may be gone by now."""

    topic: fields.ForeignKeyRelation[Topic] = fields.ForeignKeyField(
        "models.Topic", related_name="photos", on_delete=fields.CASCADE
    )
    file_id = fields.BigIntField()
    message_id = fields.BigIntField()
    topic_id: int

    class Meta:
        table = "topic_photo"
        unique_together = (("topic", "file_id"),)


class TopicReply(Noun):
    """Which reply to a resident was written as which message of a topic: edited there, it is corrected."""

    topic: fields.ForeignKeyRelation[Topic] = fields.ForeignKeyField(
        "models.Topic", related_name="replies", on_delete=fields.CASCADE
    )
    message_id = fields.BigIntField()
    reply_id = fields.BigIntField()
    topic_id: int

    class Meta:
        table = "topic_reply"
        unique_together = (("topic", "message_id"),)
