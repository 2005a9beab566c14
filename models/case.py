"""Cases: something to be done until the resident says it is done, with every step, who reported and who follows it."""

from __future__ import annotations

from enum import StrEnum

from tortoise import fields
from tortoise.indexes import Index

from models.base import Noun
from models.conversation import Conversation
from models.home import Building, Estate
from models.person import Person
from models.place import Level, Place
from models.team import Team


class CaseState(StrEnum):
    """Where a case stands; what a state means is in casework's loop table."""

    REPORTED = "reported"
    ACCEPTED = "accepted"
    DISPATCHED = "dispatched"
    HANDLING = "handling"
    PAUSED = "paused"
    UNDECIDED = "undecided"
    HUNG = "hung"
    HANDLED = "handled"
    CHECKED = "checked"
    ANSWERED = "answered"
    CLOSED = "closed"
    STRUCK_OFF = "struck_off"
    REFUSED = "refused"
    MERGED = "merged"
    WITHDRAWN = "withdrawn"


class CaseSource(StrEnum):
    """By which way a case came in."""

    CHAT = "chat"
    WEB = "web"
    POST = "post"
    PHONE = "phone"
    WALK_IN = "walk_in"
    PATROL = "patrol"
    VISIT = "visit"
    QUESTION = "question"
    HOTLINE = "hotline"
    OPEN311 = "open311"


class PhotoKind(StrEnum):
    """When a photo was taken: with the report, before the work, or after it."""

    REPORT = "report"
    BEFORE = "before"
    AFTER = "after"


class Case(Noun):
    """Something to be done. ``owner`` is always exactly one (首问); ``team`` is whom it was dispatched to.

    Everything that is counted is computed from the steps. ``contact_due``, ``due_at`` and ``next_at`` say when what
    they name comes, as computed at the last step, so that lists and jobs can ask for them; they are empty while nothing
    is due. ``level`` is how high it has been handed up. Of the five facts ``text`` says what. ``outside`` is the number
    by which another system knows it (``12345:2026…``). ``erased_at``: since when its words are gone.
    """

    number = fields.CharField(max_length=20)
    place: fields.ForeignKeyRelation[Place] = fields.ForeignKeyField(
        "models.Place", related_name="cases", on_delete=fields.RESTRICT
    )
    kind_key = fields.CharField(max_length=40)
    source = fields.CharEnumField(CaseSource, max_length=10)
    state = fields.CharEnumField(CaseState, max_length=12, default=CaseState.REPORTED)
    level = fields.CharEnumField(Level, max_length=20, default=Level.NEIGHBOURHOOD)
    text = fields.TextField()
    sealed = fields.TextField(null=True)
    who_text = fields.CharField(max_length=60, default="")
    when_text = fields.CharField(max_length=60, default="")
    where_text = fields.CharField(max_length=200, default="")
    how_text = fields.CharField(max_length=1000, default="")
    on_behalf_of = fields.CharField(max_length=60, default="")
    behalf_person_id = fields.BigIntField(null=True)
    estate: fields.ForeignKeyNullableRelation[Estate] = fields.ForeignKeyField(
        "models.Estate", related_name="cases", null=True, on_delete=fields.SET_NULL, db_index=True
    )
    building: fields.ForeignKeyNullableRelation[Building] = fields.ForeignKeyField(
        "models.Building", related_name="cases", null=True, on_delete=fields.SET_NULL, db_index=True
    )
    latitude = fields.FloatField(null=True)
    longitude = fields.FloatField(null=True)
    is_private = fields.BooleanField(default=False)
    is_emergency = fields.BooleanField(default=False)
    owner: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField(
        "models.Person", related_name="owned_cases", on_delete=fields.RESTRICT, db_index=True
    )
    transfer_to: fields.ForeignKeyNullableRelation[Person] = fields.ForeignKeyField(
        "models.Person", related_name="offered_cases", null=True, on_delete=fields.SET_NULL, db_index=True
    )
    team: fields.ForeignKeyNullableRelation[Team] = fields.ForeignKeyField(
        "models.Team", related_name="cases", null=True, on_delete=fields.RESTRICT
    )
    handler: fields.ForeignKeyNullableRelation[Person] = fields.ForeignKeyField(
        "models.Person", related_name="handled_cases", null=True, on_delete=fields.SET_NULL, db_index=True
    )
    contact_due = fields.DatetimeField(null=True)
    due_at = fields.DatetimeField(null=True)
    next_at = fields.DatetimeField(null=True)
    closed_at = fields.DatetimeField(null=True)
    erased_at = fields.DatetimeField(null=True)
    question_id = fields.BigIntField(null=True, db_index=True)
    merged_into: fields.ForeignKeyNullableRelation[Case] = fields.ForeignKeyField(
        "models.Case", related_name="merged", null=True, on_delete=fields.SET_NULL, db_index=True
    )
    split_from: fields.ForeignKeyNullableRelation[Case] = fields.ForeignKeyField(
        "models.Case", related_name="parts", null=True, on_delete=fields.SET_NULL, db_index=True
    )
    outside = fields.CharField(max_length=80, null=True)
    version = fields.IntField(default=1)
    place_id: int
    estate_id: int | None
    building_id: int | None
    owner_id: int
    transfer_to_id: int | None
    team_id: int | None
    handler_id: int | None
    merged_into_id: int | None
    split_from_id: int | None

    class Meta:
        table = "cases"
        unique_together = (("place", "number"), ("place", "outside"))
        indexes = (
            Index(fields=("place_id", "state", "due_at")),
            Index(fields=("team_id", "state")),
            Index(fields=("place_id", "kind_key", "state")),
            Index(fields=("next_at",)),
            Index(fields=("place_id", "created_at")),
        )


class CaseStep(Noun):
    """One verb done to a case: by whom, with which team, and the state it left; nothing of it is ever changed.

    A public step's ``note`` is read by those who reported; ``facts`` is JSON about it (a reason of a list, the days
    granted, whether solved). ``once`` names what must be told only once.
    """

    case: fields.ForeignKeyRelation[Case] = fields.ForeignKeyField(
        "models.Case", related_name="steps", on_delete=fields.CASCADE
    )
    place_id = fields.BigIntField()
    verb = fields.CharField(max_length=40)
    by_id = fields.BigIntField(null=True)
    team_id = fields.BigIntField(null=True)
    state = fields.CharEnumField(CaseState, max_length=12)
    note = fields.TextField(default="")
    facts = fields.TextField(default="{}")
    is_public = fields.BooleanField(default=True)
    once = fields.CharField(max_length=80, unique=True, null=True)
    case_id: int

    class Meta:
        table = "case_step"
        indexes = (Index(fields=("case_id", "id")), Index(fields=("place_id", "verb", "created_at")))


class CaseReporter(Noun):
    """Somebody who reported a case or joined it (我也是): they hear of every step. ``who`` keeps each of them once.

    Known by a conversation, by their person, or, taken down by staff, by a name and a sealed telephone number.
    ``came_with_id`` is the case that was merged into this one, with which they came. What each says of the outcome is
    theirs: ``solved`` and ``satisfied``, apart. ``answer_lines`` are the lines in which the last answer was said to
    them, by id and apart by spaces; ``reached_at`` is when staff told it in another way.
    """

    case: fields.ForeignKeyRelation[Case] = fields.ForeignKeyField(
        "models.Case", related_name="reporters", on_delete=fields.CASCADE
    )
    who = fields.CharField(max_length=40)
    conversation: fields.ForeignKeyNullableRelation[Conversation] = fields.ForeignKeyField(
        "models.Conversation", related_name="reported", null=True, on_delete=fields.SET_NULL, db_index=True
    )
    person: fields.ForeignKeyNullableRelation[Person] = fields.ForeignKeyField(
        "models.Person", related_name="reported", null=True, on_delete=fields.SET_NULL, db_index=True
    )
    name = fields.CharField(max_length=60, default="")
    phone_sealed = fields.CharField(max_length=255, null=True)
    is_first = fields.BooleanField(default=False)
    came_with_id = fields.BigIntField(null=True)
    solved = fields.BooleanField(null=True)
    satisfied = fields.BooleanField(null=True)
    left_at = fields.DatetimeField(null=True)
    answer_lines = fields.CharField(max_length=200, default="", db_default="")
    reached_at = fields.DatetimeField(null=True)
    case_id: int
    conversation_id: int | None
    person_id: int | None

    class Meta:
        table = "case_reporter"
        unique_together = (("case", "who"),)


class CaseWatcher(Noun):
    """One of the staff who wants to hear of every step of a case."""

    case: fields.ForeignKeyRelation[Case] = fields.ForeignKeyField(
        "models.Case", related_name="watchers", on_delete=fields.CASCADE
    )
    person: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField(
        "models.Person", related_name="watched_cases", on_delete=fields.CASCADE, db_index=True
    )
    case_id: int
    person_id: int

    class Meta:
        table = "case_watcher"
        unique_together = (("case", "person"),)


class CasePhoto(Noun):
    """A stored file that belongs to a case, and when it was taken."""

    case: fields.ForeignKeyRelation[Case] = fields.ForeignKeyField(
        "models.Case", related_name="photos", on_delete=fields.CASCADE
    )
    file_id = fields.BigIntField()
    kind = fields.CharEnumField(PhotoKind, max_length=10)
    step_id = fields.BigIntField(null=True)
    by_id = fields.BigIntField(null=True)
    is_public = fields.BooleanField(default=True)
    case_id: int

    class Meta:
        table = "case_photo"
        unique_together = (("case", "file_id"),)
