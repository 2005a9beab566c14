"""Key small matters (关键小事): a neighbourhood's list of a year, from what residents put to what is struck off."""

from __future__ import annotations

from enum import StrEnum

from tortoise import fields
from tortoise.indexes import Index

from models.base import Noun
from models.ledger import LedgerEntry
from models.person import Person
from models.place import Place


class KeyStepName(StrEnum):
    """Where a year's list stands: collected, shortlisted, talked over, voted on, carried out, looked at, ended."""

    COLLECT = "collect"
    SHORTLIST = "shortlist"
    DELIBERATE = "deliberate"
    VOTE = "vote"
    CARRY_OUT = "carry_out"
    APPRAISE = "appraise"
    ENDED = "ended"


class KeyMatterState(StrEnum):
    """Where a matter stands: put, held until staff looked, joined to another, withdrawn, on the shortlist, left out
    with a reason, chosen, or voted on and not chosen."""

    PUT = "put"
    HELD = "held"
    JOINED = "joined"
    WITHDRAWN = "withdrawn"
    SHORTLISTED = "shortlisted"
    LEFT_OUT = "left_out"
    CHOSEN = "chosen"
    NOT_CHOSEN = "not_chosen"


class KeyYear(Noun):
    """A neighbourhood's list of a year. ``vote_id``: the vote in which it was put to the residents.

    ``rated_as_of``: since which day its matters are rated by the ``roll_size`` people who lived here then, of whom
    those up to person ``told_to`` were told, all of them at ``told_at``."""

    place: fields.ForeignKeyRelation[Place] = fields.ForeignKeyField(
        "models.Place", related_name="key_years", on_delete=fields.RESTRICT
    )
    year = fields.IntField()
    intro = fields.TextField(default="")
    step = fields.CharEnumField(KeyStepName, max_length=12)
    vote_id = fields.BigIntField(null=True)
    rated_as_of = fields.DateField(null=True)
    roll_size = fields.IntField(default=0, db_default=0)
    told_to = fields.BigIntField(default=0, db_default=0)
    told_at = fields.DatetimeField(null=True)
    by_id = fields.BigIntField()
    version = fields.IntField(default=1)
    place_id: int

    class Meta:
        table = "key_year"
        unique_together = (("place", "year"),)


class KeyStep(Noun):
    """The days of a step of a year's list; the database keeps each step once."""

    key_year: fields.ForeignKeyRelation[KeyYear] = fields.ForeignKeyField(
        "models.KeyYear", related_name="steps", on_delete=fields.CASCADE
    )
    step = fields.CharEnumField(KeyStepName, max_length=12)
    starts_on = fields.DateField()
    ends_on = fields.DateField()
    key_year_id: int

    class Meta:
        table = "key_step"
        unique_together = (("key_year", "step"),)


class KeyMove(Noun):
    """That a year's list went from one step to another, by whom and why; nothing of it is ever changed."""

    key_year: fields.ForeignKeyRelation[KeyYear] = fields.ForeignKeyField(
        "models.KeyYear", related_name="moves", on_delete=fields.CASCADE
    )
    before = fields.CharEnumField(KeyStepName, max_length=12)
    after = fields.CharEnumField(KeyStepName, max_length=12)
    by_id = fields.BigIntField()
    reason = fields.CharField(max_length=200, default="")
    key_year_id: int

    class Meta:
        table = "key_move"
        indexes = (Index(fields=("key_year_id", "id")),)


class KeyMatter(Noun):
    """A matter on a year's list. ``person`` put it; ``joined_into_id`` is the one it was joined to; ``position`` its
    place on the ballot; ``entry`` where it is kept in the ledger once it is chosen, and ``unit`` who is responsible;
    ``wanted`` how many wanted it, once the list has ended."""

    key_year: fields.ForeignKeyRelation[KeyYear] = fields.ForeignKeyField(
        "models.KeyYear", related_name="matters", on_delete=fields.CASCADE
    )
    place: fields.ForeignKeyRelation[Place] = fields.ForeignKeyField(
        "models.Place", related_name="key_matters", on_delete=fields.RESTRICT
    )
    person: fields.ForeignKeyNullableRelation[Person] = fields.ForeignKeyField(
        "models.Person", related_name="key_matters", null=True, on_delete=fields.SET_NULL, db_index=True
    )
    number = fields.IntField()
    title = fields.CharField(max_length=40)
    text = fields.TextField(default="")
    state = fields.CharEnumField(KeyMatterState, max_length=12)
    joined_into_id = fields.BigIntField(null=True)
    reason = fields.CharField(max_length=200, default="")
    position = fields.IntField(null=True)
    wanted = fields.IntField(null=True)
    unit = fields.CharField(max_length=60, default="")
    entry: fields.OneToOneNullableRelation[LedgerEntry] = fields.OneToOneField(
        "models.LedgerEntry", related_name="key_matter", null=True, on_delete=fields.SET_NULL
    )
    once = fields.CharField(max_length=80, unique=True, null=True)
    version = fields.IntField(default=1)
    key_year_id: int
    place_id: int
    person_id: int | None
    entry_id: int | None

    class Meta:
        table = "key_matter"
        unique_together = (("key_year", "number"), ("key_year", "position"))
        indexes = (Index(fields=("key_year_id", "state", "id")),)


class KeySupporter(Noun):
    """That somebody wants a matter: who put it, and who said so too; the database keeps each once."""

    matter: fields.ForeignKeyRelation[KeyMatter] = fields.ForeignKeyField(
        "models.KeyMatter", related_name="supporters", on_delete=fields.CASCADE
    )
    person: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField(
        "models.Person", related_name="key_supports", on_delete=fields.CASCADE, db_index=True
    )
    matter_id: int
    person_id: int

    class Meta:
        table = "key_supporter"
        unique_together = (("matter", "person"),)


class KeyVoice(Noun):
    """Somebody on the roll of the appraisal of a year's list, each once."""

    key_year: fields.ForeignKeyRelation[KeyYear] = fields.ForeignKeyField(
        "models.KeyYear", related_name="roll", on_delete=fields.CASCADE
    )
    person: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField(
        "models.Person", related_name="key_voices", on_delete=fields.CASCADE, db_index=True
    )
    key_year_id: int
    person_id: int

    class Meta:
        table = "key_voice"
        unique_together = (("key_year", "person"),)


class KeyRated(Noun):
    """That somebody rated a matter, each once; nothing of how."""

    matter: fields.ForeignKeyRelation[KeyMatter] = fields.ForeignKeyField(
        "models.KeyMatter", related_name="rated", on_delete=fields.CASCADE
    )
    person: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField(
        "models.Person", related_name="key_rated", on_delete=fields.CASCADE, db_index=True
    )
    matter_id: int
    person_id: int

    class Meta:
        table = "key_rated"
        unique_together = (("matter", "person"),)


class KeyTally(Noun):
    """How a matter was rated: how many gave 1 to 5 for what came of it and 1 to 5 for who carried it out. A rating is
    one more here and no row of its own."""

    matter: fields.OneToOneRelation[KeyMatter] = fields.OneToOneField(
        "models.KeyMatter", related_name="tally", on_delete=fields.CASCADE
    )
    rated = fields.IntField(default=0)
    outcome_1 = fields.IntField(default=0)
    outcome_2 = fields.IntField(default=0)
    outcome_3 = fields.IntField(default=0)
    outcome_4 = fields.IntField(default=0)
    outcome_5 = fields.IntField(default=0)
    unit_1 = fields.IntField(default=0)
    unit_2 = fields.IntField(default=0)
    unit_3 = fields.IntField(default=0)
    unit_4 = fields.IntField(default=0)
    unit_5 = fields.IntField(default=0)
    matter_id: int

    class Meta:
        table = "key_tally"
