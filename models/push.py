"""What is told unasked: what waits to be told, who wants which kinds, and the group a neighbourhood's staff read."""

from __future__ import annotations

from tortoise import fields
from tortoise.indexes import Index

from models.base import Noun
from models.contact import Contact
from models.place import Place


class Push(Noun):
    """Something that waits to be told to somebody in one chat: of one ``subject`` only the latest. ``letter_sealed`` is
    courier's ``Letter``; they must hold ``verb`` in the place still when it is sent ('': anybody may hear it)."""

    contact: fields.ForeignKeyRelation[Contact] = fields.ForeignKeyField(
        "models.Contact", related_name="pushes", on_delete=fields.CASCADE
    )
    person_id = fields.BigIntField(null=True)
    kind = fields.CharField(max_length=20)
    subject = fields.CharField(max_length=80)
    letter_sealed = fields.TextField()
    verb = fields.CharField(max_length=40, default="")
    place_id = fields.BigIntField(null=True)
    contact_id: int

    class Meta:
        table = "push"
        unique_together = (("contact", "subject"),)
        indexes = (Index(fields=("created_at",)),)


class PushChoice(Noun):
    """Somebody's choice about one kind; ``who`` is a person, or a chat of which nobody is known."""

    who = fields.CharField(max_length=30)
    kind = fields.CharField(max_length=20)
    is_wanted = fields.BooleanField()

    class Meta:
        table = "push_choice"
        unique_together = (("who", "kind"),)


class GroupRobot(Noun):
    """The robot of a group in which a neighbourhood's staff read alerts and alarms; its key is sealed."""

    place: fields.OneToOneRelation[Place] = fields.OneToOneField(
        "models.Place", related_name="group_robot", on_delete=fields.CASCADE
    )
    key_sealed = fields.CharField(max_length=255)
    by_id = fields.BigIntField(null=True)
    place_id: int

    class Meta:
        table = "group_robot"
