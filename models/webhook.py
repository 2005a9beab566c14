"""Where a neighbourhood has events of its boards sent, and what happened there, in its order."""

from __future__ import annotations

from tortoise import fields
from tortoise.indexes import Index

from models.base import Noun
from models.place import Place


class Webhook(Noun):
    """The address of one neighbourhood's other system ('' once it was ended), the secret with which events are signed,
    and the number of its last event."""

    place: fields.OneToOneRelation[Place] = fields.OneToOneField(
        "models.Place", related_name="webhook", on_delete=fields.CASCADE
    )
    url = fields.CharField(max_length=300)
    secret_sealed = fields.CharField(max_length=255)
    number = fields.IntField(default=0)
    by_id = fields.BigIntField(null=True)
    place_id: int

    class Meta:
        table = "webhook"


class WebhookEvent(Noun):
    """Something that everybody of a neighbourhood may see happened: ``number`` is its turn there, ``key`` its name
    outside, ``outbox_id`` the letter it was last sent with. Ids, states and times only."""

    place: fields.ForeignKeyRelation[Place] = fields.ForeignKeyField(
        "models.Place", related_name="webhook_events", on_delete=fields.CASCADE
    )
    number = fields.IntField()
    key = fields.CharField(max_length=40, unique=True)
    kind = fields.CharField(max_length=20)
    body = fields.TextField()
    outbox_id = fields.BigIntField(null=True)
    replays = fields.IntField(default=0)
    place_id: int

    class Meta:
        table = "webhook_event"
        unique_together = (("place", "number"),)
        indexes = (Index(fields=("created_at",)),)
