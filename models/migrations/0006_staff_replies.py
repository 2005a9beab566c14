from tortoise import migrations
from tortoise.migrations import operations as ops
from models.message import OutboxState
from models.question import ReplyState
from tortoise.fields.base import OnDelete
from tortoise import fields

class Migration(migrations.Migration):
    dependencies = [('models', '0005_start_passwords_and_keepers')]

    initial = False

    operations = [
        ops.CreateModel(
            name='StaffReply',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('created_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('question', fields.ForeignKeyField('models.Question', source_field='question_id', db_index=True, db_constraint=True, to_field='id', related_name='replies', on_delete=OnDelete.CASCADE)),
                ('by_id', fields.BigIntField(null=True)),
                ('line_id', fields.BigIntField(null=True, unique=True)),
                ('outbox_id', fields.BigIntField(null=True, unique=True)),
                ('text', fields.TextField(unique=False)),
                ('is_final', fields.BooleanField()),
                ('state', fields.CharEnumField(default=ReplyState.STANDING, description='STANDING: standing\nCORRECTED: corrected\nWITHDRAWN: withdrawn', enum_type=ReplyState, max_length=10)),
                ('undone_by_id', fields.BigIntField(null=True)),
                ('reason', fields.CharField(default='', max_length=200)),
                ('failed_at', fields.DatetimeField(null=True, db_index=True, auto_now=False, auto_now_add=False)),
                ('reached_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'staff_reply', 'app': 'models', 'pk_attr': 'id', 'table_description': 'What one of the staff wrote to the one who asked. ``line_id`` is the line in their conversation (None: it could'},
            bases=['Noun'],
        ),
        ops.AlterField(
            model_name='Outbox',
            name='state',
            field=fields.CharEnumField(default=OutboxState.NEW, description='NEW: new\nBUSY: busy\nSENDING: sending\nDONE: done\nHELD: held\nFAILED: failed\nWITHDRAWN: withdrawn', enum_type=OutboxState, max_length=12),
        ),
        # What was replied before is known from the steps; of how it fared nothing is, so it is not asked about again.
        ops.RunSQL(
            "INSERT INTO staff_reply (created_at, question_id, by_id, text, is_final, state, reason, reached_at)"
            " SELECT created_at, question_id, by_id, note, verb='question.reply', 'standing', '', created_at"
            " FROM question_step WHERE verb IN ('question.reply', 'question.contact') ORDER BY id",
            reverse_sql="DELETE FROM staff_reply",
        ),
    ]
