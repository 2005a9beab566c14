from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise.fields.base import OnDelete
from tortoise import fields

class Migration(migrations.Migration):
    dependencies = [('models', '0026_moderation')]

    initial = False

    operations = [
        ops.CreateModel(
            name='TopicPhoto',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('created_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('topic', fields.ForeignKeyField('models.Topic', source_field='topic_id', db_constraint=True, to_field='id', related_name='photos', on_delete=OnDelete.CASCADE)),
                ('file_id', fields.BigIntField()),
                ('message_id', fields.BigIntField()),
            ],
            options={'table': 'topic_photo', 'app': 'models', 'unique_together': (('topic', 'file_id'),), 'pk_attr': 'id', 'table_description': 'A photo that stands in a topic, as which message; ``file_id`` is the stored file, which may be gone by now.'},
            bases=['Noun'],
        ),
        ops.AlterModelOptions(
            name='GroupReport',
            options={'table': 'group_report', 'app': 'models', 'unique_together': (('group', 'message_id'),), 'pk_attr': 'id', 'table_description': 'A message of a group that was reported, so that it is reported once, whoever does it: at the desk as'},
        ),
        ops.AddField(
            model_name='GroupReport',
            name='case_id',
            field=fields.BigIntField(null=True),
        ),
    ]
