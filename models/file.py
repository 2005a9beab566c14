"""Photos and voice messages that somebody gave: what each is, what it belongs to, and what must still be fetched."""

from __future__ import annotations

from enum import StrEnum

from tortoise import fields
from tortoise.indexes import Index

from models.base import Noun
from models.place import Place


class FileKind(StrEnum):
    """What sort of file it is; nothing else is kept."""

    PHOTO = "photo"
    VOICE = "voice"


class FileState(StrEnum):
    """Still to be fetched from a chat system, kept in the data folder, or never to be had."""

    WANTED = "wanted"
    KEPT = "kept"
    LOST = "lost"


class StoredFile(Noun):
    """One file. ``name`` stands in addresses and cannot be guessed; ``shelf_name`` is what it is called in the folder.

    ``parent_kind`` and ``parent_id`` say what it belongs to and so who may see it ('' and None: nothing yet, its giver
    only), ``line_id`` the line of a conversation it came with. While it is wanted, ``source_sealed`` says where to
    fetch it, ``due_ms`` and ``lease_ms`` when, and by ``owner``; ``problem`` is why it was lost. ``told_at``: since
    when its giver knows that.
    """

    place: fields.ForeignKeyRelation[Place] = fields.ForeignKeyField(
        "models.Place", related_name="files", on_delete=fields.RESTRICT
    )
    kind = fields.CharEnumField(FileKind, max_length=10)
    state = fields.CharEnumField(FileState, max_length=10)
    name = fields.CharField(max_length=40, unique=True)
    shelf_name = fields.CharField(max_length=40, unique=True, null=True)
    parent_kind = fields.CharField(max_length=20, default="")
    parent_id = fields.BigIntField(null=True)
    line_id = fields.BigIntField(null=True)
    contact_id = fields.BigIntField(null=True)
    person_id = fields.BigIntField(null=True)
    media_type = fields.CharField(max_length=40, default="")
    bytes = fields.IntField(default=0)
    width = fields.IntField(default=0)
    height = fields.IntField(default=0)
    source_sealed = fields.CharField(max_length=900, null=True)
    problem = fields.CharField(max_length=40, default="")
    tries = fields.IntField(default=0)
    owner = fields.CharField(max_length=40, default="")
    lease_ms = fields.BigIntField(default=0)
    due_ms = fields.BigIntField(default=0)
    told_at = fields.DatetimeField(null=True)
    place_id: int

    class Meta:
        table = "file"
        indexes = (
            Index(fields=("parent_kind", "parent_id")),
            Index(fields=("state", "due_ms")),
            Index(fields=("line_id",)),
            Index(fields=("person_id",)),
            Index(fields=("contact_id",)),
        )
