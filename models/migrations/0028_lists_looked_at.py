from tortoise import migrations
from tortoise.migrations import operations as ops
from models.service import LookField
from tortoise import fields
from tortoise.indexes import Index


class Migration(migrations.Migration):
    dependencies = [("models", "0027_group_cases")]

    initial = False

    operations = [
        ops.AlterModelOptions(
            name="Look",
            options={
                "table": "look",
                "app": "models",
                "indexes": [Index(fields=["person_id", "id"])],
                "pk_attr": "id",
                "table_description": "Somebody saw a number of a person in full, or took out a list with them: which, and for which of ``purposes``.",
            },
        ),
        ops.AlterField(
            model_name="Look",
            name="field",
            field=fields.CharEnumField(
                description="PHONE: phone\nID_NUMBER: id_number\nLIST: list", enum_type=LookField, max_length=20
            ),
        ),
    ]
