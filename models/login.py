"""Ways in: one-time codes of those who live here, and the second step of those who work here."""

from __future__ import annotations

from enum import StrEnum

from tortoise import fields
from tortoise.indexes import Index

from models.base import Noun
from models.person import Person


class CodeKind(StrEnum):
    """How a one-time code reaches whom it is for."""

    CHAT = "chat"
    PRINTED = "printed"
    BROWSER = "browser"


class LoginCode(Noun):
    """A code, and the link that goes with it, of somebody who lives here: of each kind one, gone once it is used.

    Only keyed hashes are kept. ``channel`` is where it was asked for; ``browser_hash``, where it is not empty, the one
    browser that it is good in.
    """

    person: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField(
        "models.Person", related_name="login_codes", on_delete=fields.CASCADE
    )
    kind = fields.CharEnumField(CodeKind, max_length=10)
    code_hash = fields.CharField(max_length=64, unique=True)
    link_hash = fields.CharField(max_length=64, unique=True, null=True)
    channel = fields.CharField(max_length=20, default="")
    browser_hash = fields.CharField(max_length=64, default="", db_default="")
    expires_at = fields.DatetimeField()
    person_id: int

    class Meta:
        table = "login_code"
        unique_together = (("person", "kind"),)
        indexes = (Index(fields=("expires_at",)),)


class LoginErrand(Noun):
    """A browser that was sent to a chat system, or to its owner's chat, to learn who sits at it: back within minutes,
    once. ``state`` is a keyed hash that only this browser can name, ``browser_hash`` that of the browser's cookie, and
    ``proof_hash`` that of what it brought back, by which nothing is brought twice."""

    channel = fields.CharField(max_length=20)
    state = fields.CharField(max_length=64, unique=True)
    browser_hash = fields.CharField(max_length=64)
    proof_hash = fields.CharField(max_length=64, unique=True, null=True)
    expires_at = fields.DatetimeField()

    class Meta:
        table = "login_errand"
        indexes = (Index(fields=("expires_at",)),)


class SecondStep(Noun):
    """The secret of somebody's authenticator app, sealed; ``last_counter`` is the last thirty seconds a code was used
    for, so that none is used twice. It counts once ``confirmed_at`` is set."""

    person: fields.OneToOneRelation[Person] = fields.OneToOneField(
        "models.Person", related_name="second_step", on_delete=fields.CASCADE
    )
    secret_sealed = fields.CharField(max_length=190)
    last_counter = fields.BigIntField(default=0)
    confirmed_at = fields.DatetimeField(null=True)
    person_id: int

    class Meta:
        table = "second_step"


class RecoveryCode(Noun):
    """One of ten codes for whom the app is lost; only the keyed hash is kept, and it is gone once it is used."""

    person: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField(
        "models.Person", related_name="recovery_codes", on_delete=fields.CASCADE
    )
    code_hash = fields.CharField(max_length=64)
    person_id: int

    class Meta:
        table = "recovery_code"
        unique_together = (("person", "code_hash"),)
