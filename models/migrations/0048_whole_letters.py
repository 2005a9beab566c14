from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise import fields


class Migration(migrations.Migration):
    dependencies = [("models", "0047_public_boards")]

    initial = False

    operations = [
        ops.AddField(
            model_name="Outbox",
            name="last_number",
            field=fields.BigIntField(null=True),
        ),
    ]
