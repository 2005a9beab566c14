from tortoise import migrations
from tortoise.migrations import operations as ops
from models.activity import ActivityState, SignUpState
from models.provider import ComplaintState, ProviderKind, ProviderState
from tortoise.fields.base import OnDelete
from tortoise import fields
from tortoise.indexes import Index


class Migration(migrations.Migration):
    dependencies = [("models", "0031_search_and_bell")]

    initial = False

    operations = [
        ops.CreateModel(
            name="Activity",
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
                        related_name="activity",
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
                        related_name="activities",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "state",
                    fields.CharEnumField(
                        description="ON: on\nCALLED_OFF: called_off", enum_type=ActivityState, max_length=10
                    ),
                ),
                ("starts_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("ends_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("venue", fields.CharField(max_length=60)),
                ("places", fields.IntField()),
                ("taken", fields.IntField(default=0)),
                ("is_volunteering", fields.BooleanField(default=False)),
                ("code", fields.CharField(default="", max_length=8)),
                ("reason", fields.CharField(default="", max_length=200)),
                ("version", fields.IntField(default=1)),
            ],
            options={
                "table": "activity",
                "app": "models",
                "indexes": [Index(fields=["place_id", "starts_at", "id"]), Index(fields=["ends_at"])],
                "pk_attr": "id",
                "table_description": "What a post calls people to; words, photos, moderation and who sees it are those of the post.",
            },
            bases=["Noun"],
        ),
        ops.CreateModel(
            name="Provider",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("created_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                (
                    "place",
                    fields.ForeignKeyField(
                        "models.Place",
                        source_field="place_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="providers",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "kind",
                    fields.CharEnumField(
                        description="ORGANISATION: organisation\nPROVIDER: provider\nSPACE: space",
                        enum_type=ProviderKind,
                        max_length=15,
                    ),
                ),
                (
                    "state",
                    fields.CharEnumField(
                        description="ADMITTED: admitted\nSUSPENDED: suspended\nREMOVED: removed",
                        enum_type=ProviderState,
                        max_length=10,
                    ),
                ),
                ("name", fields.CharField(max_length=40)),
                ("open_name", fields.CharField(null=True, unique=True, max_length=60)),
                ("about", fields.CharField(default="", max_length=300)),
                ("venue", fields.CharField(default="", max_length=60)),
                ("phone", fields.CharField(default="", max_length=20)),
                ("fees", fields.CharField(default="", max_length=100)),
                ("hours", fields.CharField(default="", max_length=80)),
                ("weekdays", fields.CharField(default="", max_length=7)),
                ("on_rest_days", fields.BooleanField(default=False)),
                ("reason", fields.CharField(max_length=200)),
                ("state_reason", fields.CharField(default="", max_length=200)),
                ("state_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("counts_from", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("version", fields.IntField(default=1)),
            ],
            options={
                "table": "provider",
                "app": "models",
                "indexes": [Index(fields=["place_id", "state", "kind", "id"])],
                "pk_attr": "id",
                "table_description": "Somebody who offers something to neighbours, admitted by staff for a ``reason``.",
            },
            bases=["Noun"],
        ),
        ops.CreateModel(
            name="Complaint",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("created_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                (
                    "provider",
                    fields.ForeignKeyField(
                        "models.Provider",
                        source_field="provider_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="complaints",
                        on_delete=OnDelete.RESTRICT,
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
                        related_name="complaints",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "state",
                    fields.CharEnumField(
                        description="OPEN: open\nUPHELD: upheld\nDISMISSED: dismissed\nWITHDRAWN: withdrawn",
                        enum_type=ComplaintState,
                        max_length=10,
                    ),
                ),
                ("text", fields.CharField(max_length=500)),
                ("open_for", fields.CharField(null=True, unique=True, max_length=50)),
                ("answer", fields.CharField(default="", max_length=200)),
                ("decided_by_id", fields.BigIntField(null=True)),
                ("decided_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "complaint",
                "app": "models",
                "indexes": [
                    Index(fields=["provider_id", "state", "decided_at"]),
                    Index(fields=["place_id", "state", "id"]),
                    Index(fields=["person_id", "id"]),
                ],
                "pk_attr": "id",
                "table_description": "What a resident complained of; numbers of people are masked. ``open_for`` names provider and person while nobody",
            },
            bases=["Noun"],
        ),
        ops.CreateModel(
            name="SignUp",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("created_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                (
                    "activity",
                    fields.ForeignKeyField(
                        "models.Activity",
                        source_field="activity_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="sign_ups",
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
                        related_name="sign_ups",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "state",
                    fields.CharEnumField(
                        description="WAITING: waiting\nIN: in\nLEFT: left", enum_type=SignUpState, max_length=10
                    ),
                ),
                ("open_for", fields.CharField(null=True, unique=True, max_length=50)),
                ("tries", fields.IntField(default=0)),
                ("present_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("hours_from", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("hours_until", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("marked_by_id", fields.BigIntField(null=True)),
                ("left_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "sign_up",
                "app": "models",
                "indexes": [Index(fields=["activity_id", "state", "id"]), Index(fields=["person_id", "id"])],
                "pk_attr": "id",
                "table_description": "Somebody signed up for an activity; those who wait stand in the order of ids. ``open_for`` names activity and",
            },
            bases=["Noun"],
        ),
    ]
