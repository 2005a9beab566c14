from tortoise import migrations
from tortoise.migrations import operations as ops
from models.board import BoardName
from tortoise.fields.base import OnDelete
from tortoise import fields
from tortoise.indexes import Index

class Migration(migrations.Migration):
    dependencies = [('models', '0030_notices')]

    initial = False

    operations = [
        ops.CreateModel(
            name='BellLine',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('created_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('person', fields.ForeignKeyField('models.Person', source_field='person_id', db_constraint=True, to_field='id', related_name='bell', on_delete=OnDelete.CASCADE)),
                ('kind', fields.CharField(max_length=40)),
                ('subject', fields.CharField(max_length=80)),
                ('letter_sealed', fields.TextField(unique=False)),
                ('count', fields.IntField(default=1)),
                ('verb', fields.CharField(default='', max_length=40)),
                ('place_id', fields.BigIntField(null=True)),
                ('changed_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('read_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'bell_line', 'app': 'models', 'unique_together': (('person', 'subject', 'kind'),), 'indexes': [Index(fields=['person_id', 'changed_at', 'id']), Index(fields=['subject']), Index(fields=['changed_at'])], 'pk_attr': 'id', 'table_description': 'One thing that somebody is told of: of each ``kind`` one line for a ``subject``, which the next one changes.'},
            bases=['Noun'],
        ),
        ops.CreateModel(
            name='BoardChoice',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('created_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('person', fields.ForeignKeyField('models.Person', source_field='person_id', db_constraint=True, to_field='id', related_name='board_choices', on_delete=OnDelete.CASCADE)),
                ('board', fields.CharEnumField(description='ANNOUNCEMENTS: announcements\nPARTY: party\nGUIDE: guide\nDELIBERATION: deliberation\nISSUES: issues\nMUTUAL_HELP: mutual_help\nIDLE_ITEMS: idle_items\nNEIGHBOURS: neighbours\nSERVICES: services\nACTIVITIES: activities\nOPEN_AFFAIRS: open_affairs\nPROPERTY: property\nPOLICE: police\nDOCTOR: doctor\nVILLAGE_AFFAIRS: village_affairs\nHOMETOWN: hometown\nPROPOSALS: proposals', enum_type=BoardName, max_length=20)),
                ('is_wanted', fields.BooleanField()),
            ],
            options={'table': 'board_choice', 'app': 'models', 'unique_together': (('person', 'board'),), 'pk_attr': 'id', 'table_description': 'Whether somebody wants to hear of what is new on a board; so it is unless they said otherwise.'},
            bases=['Noun'],
        ),
        ops.CreateModel(
            name='PostWord',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('created_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('post', fields.OneToOneField('models.Post', source_field='post_id', db_constraint=True, to_field='id', related_name='cut', on_delete=OnDelete.CASCADE)),
                ('words', fields.TextField(default='', unique=False)),
                ('cut_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'post_word', 'app': 'models', 'indexes': [Index(fields=['cut_at', 'id'])], 'pk_attr': 'id', 'table_description': 'The words of one post, a space between two; ``cut_at`` is empty as long as they are still to be cut.'},
            bases=['Noun'],
        ),
        # What was posted before is cut by the clock (forum/search/indexing.py).
        ops.RunSQL(
            "INSERT INTO post_word (created_at, post_id, words)"
            " SELECT created_at, id, '' FROM post WHERE state<>'deleted'",
            reverse_sql="DELETE FROM post_word",
        ),
    ]
