"""The audit log: append only, each line chained to the one before by its hash, ids only; and where it ends."""

from __future__ import annotations

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model


class AuditLine(Model):
    """Who did what to which thing; ``hash`` is SHA-256 over ``previous`` and the line's own fields."""

    number = fields.BigIntField(primary_key=True)
    at_ms = fields.BigIntField()
    actor_id = fields.BigIntField(null=True)
    place_id = fields.BigIntField(null=True)
    verb = fields.CharField(max_length=60)
    subject = fields.CharField(max_length=30)
    subject_id = fields.BigIntField(null=True)
    detail = fields.CharField(max_length=200, default="")
    previous = fields.CharField(max_length=64)
    hash = fields.CharField(max_length=64)

    class Meta:
        table = "audit_line"
        indexes = (Index(fields=("subject", "subject_id")), Index(fields=("place_id", "number")))


class AuditHead(Model):
    """One row: the number and hash of the last line, raised with every line, so that a cut-off end is found."""

    id = fields.BigIntField(primary_key=True)
    number = fields.BigIntField()
    hash = fields.CharField(max_length=64, default="")

    class Meta:
        table = "audit_head"
