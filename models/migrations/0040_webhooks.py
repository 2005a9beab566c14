from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise.fields.base import OnDelete
from tortoise import fields
from tortoise.indexes import Index


class Migration(migrations.Migration):
    dependencies = [("models", "0039_home_areas")]

    initial = False

    operations = [
        ops.CreateModel(
            name="Webhook",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("created_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                (
                    "place",
                    fields.OneToOneField(
                        "models.Place",
                        source_field="place_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="webhook",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("url", fields.CharField(max_length=300)),
                ("secret_sealed", fields.CharField(max_length=255)),
                ("number", fields.IntField(default=0)),
                ("by_id", fields.BigIntField(null=True)),
            ],
            options={
                "table": "webhook",
                "app": "models",
                "pk_attr": "id",
                "table_description": "The address of one neighbourhood's other system ('' once it was ended), the secret with which events are signed,",
            },
            bases=["Noun"],
        ),
        ops.CreateModel(
            name="WebhookEvent",
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
                        related_name="webhook_events",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("number", fields.IntField()),
                ("key", fields.CharField(unique=True, max_length=40)),
                ("kind", fields.CharField(max_length=20)),
                ("body", fields.TextField(unique=False)),
                ("outbox_id", fields.BigIntField(null=True)),
                ("replays", fields.IntField(default=0)),
            ],
            options={
                "table": "webhook_event",
                "app": "models",
                "unique_together": (("place", "number"),),
                "indexes": [Index(fields=["created_at"])],
                "pk_attr": "id",
                "table_description": "Something that everybody of a neighbourhood may see happened: ``number`` is its turn there, ``key`` its name",
            },
            bases=["Noun"],
        ),
    ]
