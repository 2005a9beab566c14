from tortoise import fields, migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("models", "0038_surveys")]

    initial = False

    operations = [
        ops.AddField(model_name="HomeFileRow", name="area", field=fields.IntField(null=True)),
    ]
