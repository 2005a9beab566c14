from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise import fields


class Migration(migrations.Migration):
    dependencies = [("models", "0046_seen_before_it_was_held")]

    initial = False

    operations = [
        ops.AddField(
            model_name="Board",
            name="is_public",
            field=fields.BooleanField(default=False, db_default=False),
        ),
    ]
