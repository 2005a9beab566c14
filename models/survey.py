"""Surveys of a neighbourhood: what is asked of whom until when, who has answered, and what was said.

Who has answered an anonymous survey and what was said there lie in tables that nothing joins: answers have a number
drawn by chance, and neither a person nor a time (docs/adr/0047).
"""

from __future__ import annotations

from enum import StrEnum

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

from models.base import Noun
from models.person import Person
from models.place import Place
from models.post import Post


class QuestionKind(StrEnum):
    """How a question is answered: yes or no, one of several, several of them, 1 to 5, or in words."""

    YES_NO = "yes_no"
    ONE = "one"
    SEVERAL = "several"
    SCORE = "score"
    TEXT = "text"


class Survey(Noun):
    """A survey that stands on a post; words, moderation and who sees it are those of the post.

    ``is_anonymous`` can never be taken back: the database refuses it (models/triggers.py). ``target`` is whom it is
    for, ``told_to`` up to whom of them it was told. ``settled_at``: its answers were counted after the end, and how
    many people had ``answered``.
    """

    post: fields.OneToOneRelation[Post] = fields.OneToOneField(
        "models.Post", related_name="survey", on_delete=fields.CASCADE
    )
    place: fields.ForeignKeyRelation[Place] = fields.ForeignKeyField(
        "models.Place", related_name="surveys", on_delete=fields.RESTRICT
    )
    is_anonymous = fields.BooleanField()
    target = fields.TextField()
    closes_at = fields.DatetimeField()
    told_to = fields.BigIntField(default=0)
    told_at = fields.DatetimeField(null=True)
    settled_at = fields.DatetimeField(null=True)
    answered = fields.IntField(default=0)
    place_id: int
    post_id: int

    class Meta:
        table = "survey"
        indexes = (Index(fields=("place_id", "closes_at", "id")), Index(fields=("settled_at", "closes_at")))


class SurveyQuestion(Noun):
    """A question by its position from 1; ``options`` is a JSON list of what can be chosen."""

    survey: fields.ForeignKeyRelation[Survey] = fields.ForeignKeyField(
        "models.Survey", related_name="questions", on_delete=fields.CASCADE
    )
    position = fields.IntField()
    kind = fields.CharEnumField(QuestionKind, max_length=10)
    text = fields.CharField(max_length=100)
    options = fields.TextField()
    survey_id: int

    class Meta:
        table = "survey_question"
        unique_together = (("survey", "position"),)


class SurveyTaker(Model):
    """That somebody has answered a survey, and nothing of what or when; the database keeps each once."""

    id = fields.BigIntField(primary_key=True)
    survey_id = fields.BigIntField()
    person: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField(
        "models.Person", related_name="surveys_taken", on_delete=fields.CASCADE, db_index=True
    )
    person_id: int

    class Meta:
        table = "survey_taker"
        unique_together = (("survey_id", "person"),)


class NamedAnswer(Noun):
    """What somebody answered to a question of a survey under their name: positions between commas, or words."""

    survey_id = fields.BigIntField()
    question: fields.ForeignKeyRelation[SurveyQuestion] = fields.ForeignKeyField(
        "models.SurveyQuestion", related_name="named_answers", on_delete=fields.CASCADE
    )
    person: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField(
        "models.Person", related_name="survey_answers", on_delete=fields.CASCADE, db_index=True
    )
    value = fields.TextField()
    question_id: int
    person_id: int

    class Meta:
        table = "named_answer"
        unique_together = (("question", "person"),)
        indexes = (Index(fields=("survey_id", "person_id")),)


class SealedAnswer(Model):
    """An anonymous answer until the end: a number drawn by chance, and what was said, sealed at no time."""

    id = fields.BigIntField(primary_key=True)
    survey_id = fields.BigIntField()
    question_id = fields.BigIntField()
    token = fields.TextField()

    class Meta:
        table = "sealed_answer"
        indexes = (Index(fields=("survey_id", "id")),)


class SurveyAnswer(Model):
    """An answer after the end, of nobody, written in the order of numbers drawn by chance."""

    id = fields.BigIntField(primary_key=True)
    survey_id = fields.BigIntField()
    question_id = fields.BigIntField()
    value = fields.TextField()

    class Meta:
        table = "survey_answer"
        indexes = (Index(fields=("survey_id", "question_id")),)
