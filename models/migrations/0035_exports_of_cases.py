from tortoise import fields, migrations
from tortoise.migrations import operations as ops

from models.export import ExportKind


class Migration(migrations.Migration):
    dependencies = [("models", "0034_votes")]

    initial = False

    operations = [
        ops.AddField(
            model_name="Export",
            name="kind",
            field=fields.CharEnumField(
                default=ExportKind.PEOPLE,
                db_default="people",
                description="PEOPLE: people\nCASES: cases",
                enum_type=ExportKind,
                max_length=10,
            ),
        ),
    ]
