from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise.fields.base import OnDelete
from tortoise import fields


class Migration(migrations.Migration):
    dependencies = [("models", "0053_answers_of_cases_heard")]

    initial = False

    operations = [
        ops.AddField(
            model_name="MediationSession",
            name="result",
            field=fields.CharField(default="", db_default="", max_length=12),
        ),
        ops.AddField(
            model_name="MediationSession",
            name="next_step",
            field=fields.CharField(default="", db_default="", max_length=12),
        ),
        ops.AddField(
            model_name="MediationSession",
            name="minutes_sealed",
            field=fields.TextField(null=True, unique=False),
        ),
        ops.AddField(
            model_name="MediationSession",
            name="recorded_at",
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        ops.AddField(
            model_name="ConsultationSeat",
            name="confirmed_at",
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        ops.AddField(
            model_name="ConsultationSeat",
            name="confirm_way",
            field=fields.CharField(default="", db_default="", max_length=10),
        ),
        ops.AddField(
            model_name="ConsultationSeat",
            name="confirm_by_id",
            field=fields.BigIntField(null=True),
        ),
        ops.AlterField(
            model_name="Consultation",
            name="case",
            field=fields.ForeignKeyField("models.Case", source_field="case_id", null=True, db_index=True, db_constraint=True, to_field="id", related_name="consultations", on_delete=OnDelete.CASCADE),
        ),
        ops.AddField(
            model_name="Booking",
            name="came_at",
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
    ]
