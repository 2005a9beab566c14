from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise.fields.base import OnDelete
from tortoise import fields


class Migration(migrations.Migration):
    dependencies = [("models", "0054_what_came_of_talks")]

    initial = False

    operations = [
        ops.CreateModel(
            name="PaperObjection",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("created_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("objection", fields.OneToOneField("models.Objection", source_field="objection_id", db_constraint=True, to_field="id", related_name="paper", on_delete=OnDelete.CASCADE)),
                ("entry", fields.IntField(default=1)),
                ("entered_by_id", fields.BigIntField()),
                ("checked_by_id", fields.BigIntField(null=True)),
                ("brought_by", fields.CharField(max_length=40)),
            ],
            options={"table": "paper_objection", "app": "models", "pk_attr": "id", "table_description": "That an objection was handed in on paper: typed in ``entry`` times, the last time by ``entered_by_id``, and held"},
            bases=["Noun"],
        ),
    ]
