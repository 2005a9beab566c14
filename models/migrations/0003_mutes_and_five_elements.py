from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise.fields.base import OnDelete
from tortoise import fields


class Migration(migrations.Migration):
    dependencies = [("models", "0002_telling_and_imports")]

    initial = False

    operations = [
        ops.CreateModel(
            name="Mute",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("created_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                (
                    "contact",
                    fields.ForeignKeyField(
                        "models.Contact",
                        source_field="contact_id",
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="mutes",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "place",
                    fields.ForeignKeyField(
                        "models.Place",
                        source_field="place_id",
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="mutes",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("until", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("reason", fields.CharField(max_length=200)),
                (
                    "by",
                    fields.ForeignKeyField(
                        "models.Person",
                        source_field="by_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="mutes",
                        on_delete=OnDelete.SET_NULL,
                    ),
                ),
                ("open_for_id", fields.BigIntField(null=True, unique=True)),
                ("told_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("ended_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "mute",
                "app": "models",
                "pk_attr": "id",
                "table_description": "Messages of a contact are paused until a moment: kept, but neither answered nor handed over.",
            },
            bases=["Noun"],
        ),
        ops.AddField(
            model_name="Question",
            name="how_text",
            field=fields.CharField(default="", db_default="", max_length=1000),
        ),
        ops.AddField(
            model_name="Question",
            name="when_text",
            field=fields.CharField(default="", db_default="", max_length=60),
        ),
    ]
