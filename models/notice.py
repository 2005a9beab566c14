"""What the committee tells: notices with who read them, what must be published, and what staff were told."""

from __future__ import annotations

from enum import StrEnum

from tortoise import fields
from tortoise.indexes import Index

from models.base import Noun
from models.board import BoardName
from models.person import Person, RoleName
from models.place import Place
from models.post import Post


class StaffNotice(Noun):
    """One thing told to one of the staff; ``path`` is the page it leads to, ``needs`` the verb and place they must hold
    to read it ('question.read@3'; '': none)."""

    person: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField(
        "models.Person", related_name="notices", on_delete=fields.CASCADE
    )
    kind = fields.CharField(max_length=40)
    text = fields.TextField()
    path = fields.CharField(max_length=200, default="")
    needs = fields.CharField(max_length=60, default="", db_default="")
    read_at = fields.DatetimeField(null=True)
    person_id: int

    class Meta:
        table = "staff_notice"
        indexes = (Index(fields=("person_id", "read_at", "id")), Index(fields=("created_at",)))


class NoticeState(StrEnum):
    """Where a notice stands: it waits for its time, goes out, has gone out, or was taken back."""

    SCHEDULED = "scheduled"
    SENDING = "sending"
    SENT = "sent"
    WITHDRAWN = "withdrawn"


class RunKind(StrEnum):
    """What a run through the people of a notice does."""

    SEND = "send"
    REMIND = "remind"
    CLEAR = "clear"


class Notice(Noun):
    """Something the committee has to say (公告): one row, however many it is for.

    ``target`` is JSON of ``forum.notices.targets.Target``, for staff's eyes only. Until it goes out it keeps its words
    itself, from then on they are those of its ``post``. ``cleared_at``: since when an emergency is over. ``once`` names
    the form it came by.
    """

    place: fields.ForeignKeyRelation[Place] = fields.ForeignKeyField(
        "models.Place", related_name="resident_notices", on_delete=fields.RESTRICT
    )
    board = fields.CharEnumField(BoardName, max_length=20)
    state = fields.CharEnumField(NoticeState, max_length=10)
    title = fields.CharField(max_length=80)
    text = fields.TextField()
    target = fields.TextField()
    is_emergency = fields.BooleanField(default=False)
    by_id = fields.BigIntField()
    as_role = fields.CharEnumField(RoleName, max_length=30, null=True)
    send_at = fields.DatetimeField()
    sent_at = fields.DatetimeField(null=True)
    pinned_until = fields.DatetimeField(null=True)
    cleared_at = fields.DatetimeField(null=True)
    post: fields.OneToOneNullableRelation[Post] = fields.OneToOneField(
        "models.Post", related_name="notice", null=True, on_delete=fields.SET_NULL
    )
    once = fields.CharField(max_length=80, unique=True, null=True)
    version = fields.IntField(default=1)
    place_id: int
    post_id: int | None

    class Meta:
        table = "notice"
        indexes = (Index(fields=("place_id", "id")), Index(fields=("state", "send_at")))


class NoticeRun(Noun):
    """A run through the people of a notice, in blocks: of each kind there is one, so that nobody is reminded twice.

    ``done_to`` is the person after whom it goes on. ``text`` is what an all-clear says.
    """

    notice: fields.ForeignKeyRelation[Notice] = fields.ForeignKeyField(
        "models.Notice", related_name="runs", on_delete=fields.CASCADE
    )
    kind = fields.CharEnumField(RunKind, max_length=10)
    text = fields.CharField(max_length=200, default="")
    by_id = fields.BigIntField(null=True)
    done_to = fields.BigIntField(default=0)
    done_at = fields.DatetimeField(null=True)
    notice_id: int

    class Meta:
        table = "notice_run"
        unique_together = (("notice", "kind"),)
        indexes = (Index(fields=("done_at", "id")),)


class NoticeReceipt(Noun):
    """A notice is for somebody, once. ``has_chat``: it was told in a chat of theirs, which is not yet that they read.

    ``acknowledged_at``: they said that they know (收到).
    """

    notice: fields.ForeignKeyRelation[Notice] = fields.ForeignKeyField(
        "models.Notice", related_name="receipts", on_delete=fields.CASCADE
    )
    person: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField(
        "models.Person", related_name="notice_receipts", on_delete=fields.CASCADE
    )
    has_chat = fields.BooleanField()
    read_at = fields.DatetimeField(null=True)
    acknowledged_at = fields.DatetimeField(null=True)
    notice_id: int
    person_id: int

    class Meta:
        table = "notice_receipt"
        unique_together = (("notice", "person"),)
        indexes = (Index(fields=("person_id", "notice_id")),)


class AffairPost(Noun):
    """An item of what must be published (居务公开) was published for a period, by a post that stands for it."""

    place: fields.ForeignKeyRelation[Place] = fields.ForeignKeyField(
        "models.Place", related_name="affair_posts", on_delete=fields.RESTRICT
    )
    key = fields.CharField(max_length=40)
    period = fields.CharField(max_length=10)
    post: fields.ForeignKeyRelation[Post] = fields.ForeignKeyField(
        "models.Post", related_name="affairs", on_delete=fields.CASCADE, db_index=True
    )
    place_id: int
    post_id: int

    class Meta:
        table = "affair_post"
        unique_together = (("place", "key", "period"),)
