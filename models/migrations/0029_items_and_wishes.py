from tortoise import migrations
from tortoise.migrations import operations as ops
from models.item import ItemMode, ItemState, LineState
from models.wish import WishKind, WishState
from tortoise.fields.base import OnDelete
from tortoise import fields
from tortoise.indexes import Index


class Migration(migrations.Migration):
    dependencies = [("models", "0028_lists_looked_at")]

    initial = False

    operations = [
        ops.CreateModel(
            name="Item",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("created_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                (
                    "post",
                    fields.OneToOneField(
                        "models.Post",
                        source_field="post_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="item",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "place",
                    fields.ForeignKeyField(
                        "models.Place",
                        source_field="place_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="items",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "mode",
                    fields.CharEnumField(
                        description="GIVE: give\nSWAP: swap\nSELL: sell\nLEND: lend", enum_type=ItemMode, max_length=10
                    ),
                ),
                (
                    "state",
                    fields.CharEnumField(
                        description="OPEN: open\nDONE: done\nWITHDRAWN: withdrawn", enum_type=ItemState, max_length=10
                    ),
                ),
                ("price_fen", fields.BigIntField(null=True)),
                ("quantity", fields.IntField(default=1)),
                ("lend_days", fields.IntField(null=True)),
                ("spot", fields.CharField(max_length=30)),
                ("fresh_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("bumps", fields.IntField(default=0)),
                ("settled_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("version", fields.IntField(default=1)),
            ],
            options={
                "table": "item",
                "app": "models",
                "indexes": [Index(fields=["place_id", "state", "fresh_at", "id"])],
                "pk_attr": "id",
                "table_description": "What a post offers; words, photos, moderation and who sees it are those of the post.",
            },
            bases=["Noun"],
        ),
        ops.CreateModel(
            name="NoShow",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("created_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("place_id", fields.BigIntField()),
                (
                    "person",
                    fields.ForeignKeyField(
                        "models.Person",
                        source_field="person_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="no_shows",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("reservation_id", fields.BigIntField()),
                ("meet_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("by_id", fields.BigIntField()),
                ("struck_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "no_show",
                "app": "models",
                "unique_together": (("reservation_id", "person", "meet_at"),),
                "indexes": [Index(fields=["person_id", "created_at"]), Index(fields=["created_at"])],
                "pk_attr": "id",
                "table_description": "Somebody did not come to an appointment both had agreed to. How many somebody has is counted, and fades.",
            },
            bases=["Noun"],
        ),
        ops.CreateModel(
            name="Reservation",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("created_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                (
                    "item",
                    fields.ForeignKeyField(
                        "models.Item",
                        source_field="item_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="line",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("place_id", fields.BigIntField()),
                (
                    "person",
                    fields.ForeignKeyField(
                        "models.Person",
                        source_field="person_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="reservations",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "state",
                    fields.CharEnumField(
                        description="WAITING: waiting\nGIVEN: given\nLENT: lent\nRETURNED: returned\nLET_GO: let_go\nPASSED: passed\nMISSED: missed",
                        enum_type=LineState,
                        max_length=10,
                    ),
                ),
                ("open_for", fields.CharField(null=True, unique=True, max_length=50)),
                ("told_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("meet_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("spot", fields.CharField(default="", max_length=30)),
                ("giver_agreed_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("taker_agreed_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("given_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("due_on", fields.DateField(null=True)),
                ("ended_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "reservation",
                "app": "models",
                "indexes": [
                    Index(fields=["item_id", "state", "id"]),
                    Index(fields=["person_id", "state", "id"]),
                    Index(fields=["state", "meet_at"]),
                    Index(fields=["state", "due_on"]),
                ],
                "pk_attr": "id",
                "table_description": "Somebody is in line for an item, in the order of ids. ``open_for`` names item and person while they are, or have",
            },
            bases=["Noun"],
        ),
        ops.CreateModel(
            name="Wish",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("created_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                (
                    "post",
                    fields.OneToOneField(
                        "models.Post",
                        source_field="post_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="wish",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "place",
                    fields.ForeignKeyField(
                        "models.Place",
                        source_field="place_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="wishes",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("kind", fields.CharEnumField(description="HELP: help\nWISH: wish", enum_type=WishKind, max_length=10)),
                (
                    "state",
                    fields.CharEnumField(
                        description="OPEN: open\nCLAIMED: claimed\nDONE: done\nWITHDRAWN: withdrawn",
                        enum_type=WishState,
                        max_length=10,
                    ),
                ),
                (
                    "for_person",
                    fields.ForeignKeyField(
                        "models.Person",
                        source_field="for_person_id",
                        null=True,
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="wished_for",
                        on_delete=OnDelete.SET_NULL,
                    ),
                ),
                ("only_volunteers", fields.BooleanField(default=False)),
                (
                    "claimed_by",
                    fields.ForeignKeyField(
                        "models.Person",
                        source_field="claimed_by_id",
                        null=True,
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="wishes_claimed",
                        on_delete=OnDelete.SET_NULL,
                    ),
                ),
                ("claimed_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("fresh_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("done_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("thanks", fields.CharField(default="", max_length=200)),
                ("version", fields.IntField(default=1)),
            ],
            options={
                "table": "wish",
                "app": "models",
                "indexes": [Index(fields=["place_id", "state", "fresh_at", "id"])],
                "pk_attr": "id",
                "table_description": "What a post asks for; words, photos, moderation and who sees it are those of the post.",
            },
            bases=["Noun"],
        ),
    ]
