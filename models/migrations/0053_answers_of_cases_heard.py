from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise import fields


class Migration(migrations.Migration):
    dependencies = [("models", "0052_alarms_of_cases")]

    initial = False

    operations = [
        ops.AddField(
            model_name="CaseReporter",
            name="answer_lines",
            field=fields.CharField(default="", db_default="", max_length=200),
        ),
        ops.AddField(
            model_name="CaseReporter",
            name="reached_at",
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
    ]
