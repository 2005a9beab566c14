from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise import fields


class Migration(migrations.Migration):
    dependencies = [("models", "0045_promises")]

    initial = False

    operations = [
        ops.AddField(
            model_name="Review", name="was_seen", field=fields.BooleanField(default=False, db_default=False)
        ),
        # Reported by neighbours, or decided already: those who hear of it have been told, or will not be any more.
        ops.RunSQL(
            "UPDATE review SET was_seen=(found='flags' OR state='settled' OR flags>0)",
            reverse_sql="UPDATE review SET was_seen=was_seen",
        ),
    ]
