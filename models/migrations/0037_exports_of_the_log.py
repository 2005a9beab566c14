from tortoise import fields, migrations
from tortoise.migrations import operations as ops

from models.export import ExportKind


class Migration(migrations.Migration):
    dependencies = [("models", "0036_property_statements")]

    initial = False

    operations = [
        ops.AlterField(
            model_name="Export",
            name="kind",
            field=fields.CharEnumField(
                default=ExportKind.PEOPLE,
                db_default="people",
                description="PEOPLE: people\nCASES: cases\nAUDIT: audit",
                enum_type=ExportKind,
                max_length=10,
            ),
        ),
    ]
