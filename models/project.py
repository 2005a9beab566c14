"""Projects: what was promised by which day, from whose money, and every line that was spent of it."""

from __future__ import annotations

from enum import StrEnum

from tortoise import fields
from tortoise.indexes import Index

from models.base import Noun
from models.case import Case
from models.place import Place
from models.proposal import Proposal


class ProjectState(StrEnum):
    """Whether a project is being carried out, or done."""

    RUNNING = "running"
    DONE = "done"


class MilestoneState(StrEnum):
    """Whether a milestone is still owed, or done. That it is late is computed, and stands nowhere."""

    OPEN = "open"
    DONE = "done"


class Project(Noun):
    """What is carried out of a proposal. ``budget_fen`` and ``spent_fen`` are kept by the database from the rows of
    money and spending (models/count_triggers.py), which refuses to let more be spent than there is
    (models/triggers.py); both in fen.

    ``unit`` is who carries it out. ``news_at``: when something last happened that its followers hear of; ``told_at``:
    up to when they have.
    """

    proposal: fields.OneToOneRelation[Proposal] = fields.OneToOneField(
        "models.Proposal", related_name="project", on_delete=fields.RESTRICT
    )
    place: fields.ForeignKeyRelation[Place] = fields.ForeignKeyField(
        "models.Place", related_name="projects", on_delete=fields.RESTRICT
    )
    title = fields.CharField(max_length=80)
    text = fields.TextField()
    unit = fields.CharField(max_length=60)
    state = fields.CharEnumField(ProjectState, max_length=10)
    budget_fen = fields.BigIntField(default=0)
    spent_fen = fields.BigIntField(default=0)
    finished_at = fields.DatetimeField(null=True)
    news_at = fields.DatetimeField(null=True)
    told_at = fields.DatetimeField(null=True)
    by_id = fields.BigIntField()
    version = fields.IntField(default=1)
    proposal_id: int
    place_id: int

    class Meta:
        table = "project"
        indexes = (Index(fields=("place_id", "state", "id")), Index(fields=("news_at",)))


class ProjectMoney(Noun):
    """Money a project has, and from whom: ``source`` is a name of ``[promises] sources`` in community/rules.toml. Never
    changed; a wrong line is taken out by a counter-entry, whose ``corrects_id`` is the line's."""

    project: fields.ForeignKeyRelation[Project] = fields.ForeignKeyField(
        "models.Project", related_name="money", on_delete=fields.RESTRICT, db_index=True
    )
    place_id = fields.BigIntField()
    source = fields.CharField(max_length=20)
    giver = fields.CharField(max_length=60)
    fen = fields.BigIntField()
    corrects_id = fields.BigIntField(unique=True, null=True)
    by_id = fields.BigIntField()
    once = fields.CharField(max_length=80, unique=True, null=True)
    project_id: int

    class Meta:
        table = "project_money"


class Milestone(Noun):
    """Something a project promises by a day. ``first_due_on`` is the day promised at first, ``reason`` why it is
    another now; ``note`` what was done. ``case`` is the case that does the work, if one does."""

    project: fields.ForeignKeyRelation[Project] = fields.ForeignKeyField(
        "models.Project", related_name="milestones", on_delete=fields.RESTRICT, db_index=True
    )
    place_id = fields.BigIntField()
    title = fields.CharField(max_length=80)
    state = fields.CharEnumField(MilestoneState, max_length=10)
    due_on = fields.DateField()
    first_due_on = fields.DateField()
    reason = fields.CharField(max_length=200, default="")
    note = fields.TextField(default="")
    done_at = fields.DatetimeField(null=True)
    case: fields.OneToOneNullableRelation[Case] = fields.OneToOneField(
        "models.Case", related_name="milestone", null=True, on_delete=fields.RESTRICT
    )
    version = fields.IntField(default=1)
    project_id: int
    case_id: int | None

    class Meta:
        table = "milestone"
        indexes = (Index(fields=("place_id", "state", "due_on")),)


class Spending(Noun):
    """A line of what was spent: for what, to whom, on which day, how much in fen; its receipt is a stored file. Never
    changed or deleted: a wrong line is taken out by a counter-entry, whose ``corrects_id`` is the line's."""

    project: fields.ForeignKeyRelation[Project] = fields.ForeignKeyField(
        "models.Project", related_name="spendings", on_delete=fields.RESTRICT, db_index=True
    )
    place_id = fields.BigIntField()
    what = fields.CharField(max_length=100)
    payee = fields.CharField(max_length=60)
    spent_on = fields.DateField()
    fen = fields.BigIntField()
    corrects_id = fields.BigIntField(unique=True, null=True)
    by_id = fields.BigIntField()
    once = fields.CharField(max_length=80, unique=True, null=True)
    project_id: int

    class Meta:
        table = "spending"
