"""Points (积分): rows that are added and never changed; what somebody has is their sum."""

from __future__ import annotations

from enum import StrEnum

from tortoise import fields
from tortoise.indexes import Index

from models.base import Noun


class PointKind(StrEnum):
    """For what a row stands: a report that was checked, hours of a volunteer, or a row taken back."""

    REPORT = "report"
    HOURS = "hours"
    BACK = "back"


class BackReason(StrEnum):
    """Why points were taken back."""

    FALSE = "false"
    TWICE = "twice"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    MERGED = "merged"


class Point(Noun):
    """Some points given, or taken back (a negative ``amount``). The database refuses to change or delete a row.

    ``happened_at``: when it was reported; ``month``: in which month it was given, as ``2026-03``. ``spot``: the place
    it was about, without its words. ``once`` names what may be given or taken back once.
    """

    place_id = fields.BigIntField()
    person_id = fields.BigIntField()
    kind = fields.CharEnumField(PointKind, max_length=10)
    amount = fields.IntField()
    month = fields.CharField(max_length=10)
    happened_at = fields.DatetimeField()
    case_id = fields.BigIntField(null=True)
    work_kind = fields.CharField(max_length=40, default="")
    spot = fields.CharField(max_length=80, default="")
    takes_back_id = fields.BigIntField(null=True, unique=True)
    once = fields.CharField(max_length=60, unique=True)
    reason = fields.CharEnumField(BackReason, max_length=12, null=True)
    by_id = fields.BigIntField(null=True)

    class Meta:
        table = "point"
        indexes = (
            Index(fields=("person_id", "month")),
            Index(fields=("place_id", "month")),
            Index(fields=("place_id", "spot", "work_kind")),
            Index(fields=("case_id",)),
        )


class PointSpot(Noun):
    """A place and kind of work for which points were asked for: its row is held while they are, so that of two who
    reported the same one counts."""

    place_id = fields.BigIntField()
    spot = fields.CharField(max_length=80)
    work_kind = fields.CharField(max_length=40)

    class Meta:
        table = "point_spot"
        unique_together = (("place_id", "spot", "work_kind"),)
