from tortoise import migrations
from tortoise.migrations import operations as ops
from models.group import GroupKind
from tortoise.fields.base import OnDelete
from tortoise import fields

class Migration(migrations.Migration):
    dependencies = [('models', '0017_cases')]

    initial = False

    operations = [
        ops.CreateModel(
            name='Group',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('created_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('channel', fields.CharField(max_length=20)),
                ('address', fields.CharField(max_length=40)),
                ('title', fields.CharField(default='', max_length=128)),
                ('kind', fields.CharEnumField(description='RESIDENTS: residents\nSTAFF: staff', enum_type=GroupKind, max_length=12)),
                ('place', fields.ForeignKeyField('models.Place', source_field='place_id', db_index=True, db_constraint=True, to_field='id', related_name='groups', on_delete=OnDelete.RESTRICT)),
                ('estate', fields.ForeignKeyField('models.Estate', source_field='estate_id', null=True, db_constraint=True, to_field='id', related_name='groups', on_delete=OnDelete.SET_NULL)),
                ('bound_by', fields.ForeignKeyField('models.Person', source_field='bound_by_id', null=True, db_constraint=True, to_field='id', related_name='groups', on_delete=OnDelete.SET_NULL)),
                ('bound_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('staff_for_id', fields.BigIntField(null=True, unique=True)),
                ('left_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('ended_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('lease_ms', fields.BigIntField(default=0)),
                ('owner', fields.CharField(default='', max_length=40)),
            ],
            options={'table': 'chat_group', 'app': 'models', 'unique_together': (('channel', 'address'),), 'pk_attr': 'id', 'table_description': 'A group of a chat system that staff bound to a place; ``address`` is its id there.'},
            bases=['Noun'],
        ),
        ops.CreateModel(
            name='GroupCode',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('created_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('person', fields.OneToOneField('models.Person', source_field='person_id', db_constraint=True, to_field='id', related_name='group_code', on_delete=OnDelete.CASCADE)),
                ('place', fields.ForeignKeyField('models.Place', source_field='place_id', db_constraint=True, to_field='id', related_name='group_codes', on_delete=OnDelete.CASCADE)),
                ('estate', fields.ForeignKeyField('models.Estate', source_field='estate_id', null=True, db_constraint=True, to_field='id', related_name='group_codes', on_delete=OnDelete.CASCADE)),
                ('kind', fields.CharEnumField(description='RESIDENTS: residents\nSTAFF: staff', enum_type=GroupKind, max_length=12)),
                ('code_hash', fields.CharField(unique=True, max_length=64)),
                ('expires_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('used_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'group_code', 'app': 'models', 'pk_attr': 'id', 'table_description': 'The one code that a lead may type in a group to bind it; only a keyed hash is kept.'},
            bases=['Noun'],
        ),
        ops.CreateModel(
            name='GroupReport',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('created_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('group', fields.ForeignKeyField('models.Group', source_field='group_id', db_constraint=True, to_field='id', related_name='reports', on_delete=OnDelete.CASCADE)),
                ('message_id', fields.BigIntField()),
                ('question_id', fields.BigIntField()),
            ],
            options={'table': 'group_report', 'app': 'models', 'unique_together': (('group', 'message_id'),), 'pk_attr': 'id', 'table_description': 'A message of a group that was reported to the desk, so that it is reported once, whoever does it.'},
            bases=['Noun'],
        ),
        ops.CreateModel(
            name='Topic',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('created_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('group', fields.ForeignKeyField('models.Group', source_field='group_id', db_constraint=True, to_field='id', related_name='topics', on_delete=OnDelete.CASCADE)),
                ('question', fields.OneToOneField('models.Question', source_field='question_id', db_constraint=True, to_field='id', related_name='topic', on_delete=OnDelete.CASCADE)),
                ('thread_id', fields.BigIntField(null=True)),
                ('card_id', fields.BigIntField(null=True)),
                ('shown', fields.BigIntField(default=0)),
                ('heard_id', fields.BigIntField(default=0)),
                ('is_closed', fields.BooleanField(default=False)),
            ],
            options={'table': 'topic', 'app': 'models', 'unique_together': (('group', 'thread_id'),), 'pk_attr': 'id', 'table_description': "Where a question is talked about in a staff group; ``thread_id`` and ``card_id`` are the chat system's, if any."},
            bases=['Noun'],
        ),
        ops.CreateModel(
            name='TopicReply',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('created_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('topic', fields.ForeignKeyField('models.Topic', source_field='topic_id', db_constraint=True, to_field='id', related_name='replies', on_delete=OnDelete.CASCADE)),
                ('message_id', fields.BigIntField()),
                ('reply_id', fields.BigIntField()),
            ],
            options={'table': 'topic_reply', 'app': 'models', 'unique_together': (('topic', 'message_id'),), 'pk_attr': 'id', 'table_description': 'Which reply to a resident was written as which message of a topic: edited there, it is corrected.'},
            bases=['Noun'],
        ),
    ]
