from tortoise import fields, migrations
from tortoise.indexes import Index
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("models", "0032_activities_and_providers")]

    initial = False

    operations = [
        ops.AlterModelOptions(
            name="StaffNotice",
            options={
                "table": "staff_notice",
                "app": "models",
                "indexes": [Index(fields=["person_id", "read_at", "id"]), Index(fields=["created_at"])],
                "pk_attr": "id",
                "table_description": "One thing told to one of the staff; ``path`` is the page it leads to, ``needs`` the verb and place they must hold",
            },
        ),
        ops.AddField(
            model_name="StaffNotice",
            name="needs",
            field=fields.CharField(default="", db_default="", max_length=60),
        ),
    ]
