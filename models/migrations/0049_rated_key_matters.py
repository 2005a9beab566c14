from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise.fields.base import OnDelete
from tortoise import fields


class Migration(migrations.Migration):
    dependencies = [("models", "0048_whole_letters")]

    initial = False

    operations = [
        ops.AddField(
            model_name="KeyYear",
            name="rated_as_of",
            field=fields.DateField(null=True),
        ),
        ops.AddField(
            model_name="KeyYear",
            name="roll_size",
            field=fields.IntField(default=0, db_default=0),
        ),
        ops.AddField(
            model_name="KeyYear",
            name="told_to",
            field=fields.BigIntField(default=0, db_default=0),
        ),
        ops.AddField(
            model_name="KeyYear",
            name="told_at",
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        ops.AddField(
            model_name="KeyMatter",
            name="wanted",
            field=fields.IntField(null=True),
        ),
        ops.CreateModel(
            name="KeyVoice",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("created_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("key_year", fields.ForeignKeyField("models.KeyYear", source_field="key_year_id", db_constraint=True, to_field="id", related_name="roll", on_delete=OnDelete.CASCADE)),
                ("person", fields.ForeignKeyField("models.Person", source_field="person_id", db_index=True, db_constraint=True, to_field="id", related_name="key_voices", on_delete=OnDelete.CASCADE)),
            ],
            options={"table": "key_voice", "app": "models", "unique_together": (("key_year", "person"),), "pk_attr": "id", "table_description": "Somebody on the roll of the appraisal of a year's list, each once."},
            bases=["Noun"],
        ),
        ops.CreateModel(
            name="KeyRated",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("created_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("matter", fields.ForeignKeyField("models.KeyMatter", source_field="matter_id", db_constraint=True, to_field="id", related_name="rated", on_delete=OnDelete.CASCADE)),
                ("person", fields.ForeignKeyField("models.Person", source_field="person_id", db_index=True, db_constraint=True, to_field="id", related_name="key_rated", on_delete=OnDelete.CASCADE)),
            ],
            options={"table": "key_rated", "app": "models", "unique_together": (("matter", "person"),), "pk_attr": "id", "table_description": "That somebody rated a matter, each once; nothing of how."},
            bases=["Noun"],
        ),
        ops.CreateModel(
            name="KeyTally",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("created_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("matter", fields.OneToOneField("models.KeyMatter", source_field="matter_id", db_constraint=True, to_field="id", related_name="tally", on_delete=OnDelete.CASCADE)),
                ("rated", fields.IntField(default=0)),
                ("outcome_1", fields.IntField(default=0)),
                ("outcome_2", fields.IntField(default=0)),
                ("outcome_3", fields.IntField(default=0)),
                ("outcome_4", fields.IntField(default=0)),
                ("outcome_5", fields.IntField(default=0)),
                ("unit_1", fields.IntField(default=0)),
                ("unit_2", fields.IntField(default=0)),
                ("unit_3", fields.IntField(default=0)),
                ("unit_4", fields.IntField(default=0)),
                ("unit_5", fields.IntField(default=0)),
            ],
            options={"table": "key_tally", "app": "models", "pk_attr": "id", "table_description": "How a matter was rated: how many gave 1 to 5 for what came of it and 1 to 5 for who carried it out. A rating is"},
            bases=["Noun"],
        ),
        ops.AddField(
            model_name="Meeting",
            name="invited",
            field=fields.IntField(null=True),
        ),
        ops.AddField(
            model_name="Meeting",
            name="came",
            field=fields.IntField(null=True),
        ),
        # Of what has ended or is published already as many as are still known.
        ops.RunSQL(
            "UPDATE key_matter SET wanted=(SELECT count(*) FROM key_supporter s WHERE s.matter_id=key_matter.id)"
            " WHERE key_year_id IN (SELECT y.id FROM key_year y WHERE y.step='ended')",
            reverse_sql="",
        ),
        ops.RunSQL(
            "UPDATE meeting SET invited=(SELECT count(*) FROM meeting_seat s WHERE s.meeting_id=meeting.id),"
            " came=(SELECT count(*) FROM meeting_seat s WHERE s.meeting_id=meeting.id AND s.came_at IS NOT NULL)"
            " WHERE state='published'",
            reverse_sql="",
        ),
    ]
