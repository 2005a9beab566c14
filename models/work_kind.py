"""Kinds of work (事项): the catalogue's rows, each version kept, with a neighbourhood's own over the shared ones."""

from __future__ import annotations

from tortoise import fields
from tortoise.indexes import Index

from models.base import Noun


class WorkKind(Noun):
    """One version of a kind of work. ``slot`` is its key, with ``@<place id>`` where it is a neighbourhood's own.

    ``in_force`` is the slot while this version counts and empty before and after: a slot has one version in force.
    ``body`` is JSON in the shape of ``casework.cases.kinds.Kind``; ``note`` says why it was changed.
    """

    slot = fields.CharField(max_length=60)
    number = fields.IntField()
    key = fields.CharField(max_length=40)
    place_id = fields.BigIntField(null=True)
    body = fields.TextField()
    note = fields.CharField(max_length=200, default="")
    by_id = fields.BigIntField(null=True)
    in_force = fields.CharField(max_length=60, null=True, unique=True)

    class Meta:
        table = "work_kind"
        unique_together = (("slot", "number"),)
        indexes = (Index(fields=("key",)),)
