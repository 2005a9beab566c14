from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise import fields
from tortoise.fields.base import OnDelete
from tortoise.indexes import Index


class Migration(migrations.Migration):
    dependencies = [("models", "0051_topics_of_what_residents_write")]

    initial = False

    operations = [
        ops.AlterField(
            model_name="Alarm",
            name="conversation",
            field=fields.ForeignKeyField(
                "models.Conversation",
                source_field="conversation_id",
                null=True,
                db_index=True,
                db_constraint=True,
                to_field="id",
                related_name="alarms",
                on_delete=OnDelete.CASCADE,
            ),
        ),
        ops.AddField(
            model_name="Alarm",
            name="case",
            field=fields.ForeignKeyField(
                "models.Case",
                source_field="case_id",
                null=True,
                db_constraint=True,
                to_field="id",
                related_name="alarms",
                on_delete=OnDelete.CASCADE,
            ),
        ),
        ops.AddField(
            model_name="Alarm",
            name="open_for",
            field=fields.CharField(null=True, unique=True, max_length=30),
        ),
        ops.AddIndex(model_name="Alarm", index=Index(fields=["case_id"])),
    ]
