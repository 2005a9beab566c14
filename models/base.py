"""What every stored noun shares."""

from __future__ import annotations

from typing import Any

from tortoise import fields
from tortoise.models import Model, ModelMeta


class _Undescribed(ModelMeta):
    """Takes no descriptions of columns from comments in the source, where none stand: looking for them takes a third of
    a second whenever a command starts."""

    __slots__ = ()

    def __new__(cls, name: str, bases: tuple[type, ...], attrs: dict[str, Any]) -> ModelMeta:
        return super().__new__(cls, name, bases, {**attrs, "_no_comments": True})


class Noun(Model, metaclass=_Undescribed):
    """A stored thing with a number of its own and the moment it came to be."""

    id = fields.BigIntField(primary_key=True)
    created_at = fields.DatetimeField()

    class Meta:
        abstract = True
