"""What came in, what goes out, and the lanes that keep each conversation's messages in order.

Times in these three tables are whole milliseconds since 1970 (UTC): they are compared by plain SQL on two databases.
"""

from __future__ import annotations

from enum import StrEnum

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model


class InboxState(StrEnum):
    """Where an inbound message stands."""

    NEW = "new"
    BUSY = "busy"
    DONE = "done"
    QUARANTINED = "quarantined"


class OutboxState(StrEnum):
    """Where an outbound message stands: ``busy`` is leased, ``sending`` means the request may have gone out,
    ``withdrawn`` that its writer took it back before it was sent, or sent again."""

    NEW = "new"
    BUSY = "busy"
    SENDING = "sending"
    DONE = "done"
    HELD = "held"
    FAILED = "failed"
    WITHDRAWN = "withdrawn"


class Lane(Model):
    """The last number used in a lane. Whoever writes into a lane updates this row first and so holds its lock."""

    name = fields.CharField(max_length=150, primary_key=True)
    number = fields.BigIntField(default=0)

    class Meta:
        table = "lane"


class Inbox(Model):
    """One inbound message; ``payload`` is encrypted; (channel, key) is unique, so a repeated delivery is one row."""

    id = fields.BigIntField(primary_key=True)
    channel = fields.CharField(max_length=20)
    key = fields.CharField(max_length=120)
    lane = fields.CharField(max_length=150)
    payload = fields.TextField()
    state = fields.CharEnumField(InboxState, max_length=12, default=InboxState.NEW)
    tries = fields.IntField(default=0)
    owner = fields.CharField(max_length=40, default="")
    lease_ms = fields.BigIntField(default=0)
    due_ms = fields.BigIntField()
    arrived_ms = fields.BigIntField()
    error = fields.CharField(max_length=200, default="")

    class Meta:
        table = "inbox"
        unique_together = (("channel", "key"),)
        indexes = (Index(fields=("state", "due_ms", "id")), Index(fields=("lane", "id")))


class Outbox(Model):
    """One outbound message; ``body`` is encrypted JSON of courier's ``Letter``.

    ``number`` is its turn within the lane; of a letter that is several messages each knows the turn of the last,
    ``last_number``. ``unknown`` counts sends whose outcome never became known. Where it is
    private, the chat must still be that of ``for_person_id`` when it is sent, and they must hold the verb in ``needs``.
    """

    id = fields.BigIntField(primary_key=True)
    lane = fields.CharField(max_length=150)
    number = fields.BigIntField()
    channel = fields.CharField(max_length=20)
    address = fields.CharField(max_length=120)
    kind = fields.CharField(max_length=40)
    body = fields.TextField()
    state = fields.CharEnumField(OutboxState, max_length=12, default=OutboxState.NEW)
    tries = fields.IntField(default=0)
    unknown = fields.IntField(default=0)
    owner = fields.CharField(max_length=40, default="")
    lease_ms = fields.BigIntField(default=0)
    due_ms = fields.BigIntField()
    made_ms = fields.BigIntField()
    done_ms = fields.BigIntField(null=True)
    receipt = fields.CharField(max_length=120, default="")
    for_person_id = fields.BigIntField(null=True)
    needs = fields.CharField(max_length=60, default="", db_default="")
    error = fields.CharField(max_length=200, default="")
    last_number = fields.BigIntField(null=True)

    class Meta:
        table = "outbox"
        unique_together = (("lane", "number"),)
        indexes = (Index(fields=("state", "due_ms", "id")),)
