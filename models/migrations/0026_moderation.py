from tortoise import migrations
from tortoise.migrations import operations as ops
from models.board import BoardName
from models.moderation import AppealState, MeasureEnd, MeasureKind, ReviewState
from models.post import Thing
from tortoise.fields.base import OnDelete
from tortoise import fields
from tortoise.indexes import Index

class Migration(migrations.Migration):
    dependencies = [('models', '0025_mediation')]

    initial = False

    operations = [
        ops.CreateModel(
            name='Measure',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('created_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('place', fields.ForeignKeyField('models.Place', source_field='place_id', db_constraint=True, to_field='id', related_name='measures', on_delete=OnDelete.RESTRICT)),
                ('board', fields.CharEnumField(description='ANNOUNCEMENTS: announcements\nPARTY: party\nGUIDE: guide\nDELIBERATION: deliberation\nISSUES: issues\nMUTUAL_HELP: mutual_help\nIDLE_ITEMS: idle_items\nNEIGHBOURS: neighbours\nSERVICES: services\nACTIVITIES: activities\nOPEN_AFFAIRS: open_affairs\nPROPERTY: property\nPOLICE: police\nDOCTOR: doctor\nVILLAGE_AFFAIRS: village_affairs\nHOMETOWN: hometown\nPROPOSALS: proposals', enum_type=BoardName, max_length=20)),
                ('kind', fields.CharEnumField(description='WARN: warn\nHIDE: hide\nLOCK: lock\nMOVE: move\nMUTE: mute\nBAN: ban', enum_type=MeasureKind, max_length=10)),
                ('thing', fields.CharEnumField(description='POST: post\nREPLY: reply', enum_type=Thing, max_length=10)),
                ('thing_id', fields.BigIntField()),
                ('post_id', fields.BigIntField()),
                ('person', fields.ForeignKeyField('models.Person', source_field='person_id', db_constraint=True, to_field='id', related_name='measures', on_delete=OnDelete.RESTRICT)),
                ('rule', fields.CharField(max_length=30)),
                ('reason', fields.CharField(max_length=200)),
                ('note', fields.CharField(default='', max_length=200)),
                ('title', fields.CharField(default='', max_length=80)),
                ('text', fields.TextField(default='', unique=False)),
                ('before', fields.CharField(default='', max_length=20)),
                ('by_id', fields.BigIntField()),
                ('ends_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('ended_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('ended_by_id', fields.BigIntField(null=True)),
                ('ending', fields.CharEnumField(null=True, description='EXPIRED: expired\nLIFTED: lifted\nAPPEALED: appealed\nUNDONE: undone', enum_type=MeasureEnd, max_length=10)),
                ('batch', fields.CharField(default='', max_length=32)),
                ('tells_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('told_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('open_for', fields.CharField(null=True, unique=True, max_length=60)),
            ],
            options={'table': 'measure', 'app': 'models', 'indexes': [Index(fields=['place_id', 'id']), Index(fields=['person_id', 'id']), Index(fields=['thing', 'thing_id']), Index(fields=['ends_at']), Index(fields=['told_at', 'tells_at']), Index(fields=['batch'])], 'pk_attr': 'id', 'table_description': 'Something done about a post, a reply or its author; ``reason`` is what the author reads, ``note`` is for staff.'},
            bases=['Noun'],
        ),
        ops.CreateModel(
            name='Appeal',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('created_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('measure', fields.OneToOneField('models.Measure', source_field='measure_id', db_constraint=True, to_field='id', related_name='appeal', on_delete=OnDelete.CASCADE)),
                ('place_id', fields.BigIntField()),
                ('text', fields.CharField(max_length=500)),
                ('state', fields.CharEnumField(description='OPEN: open\nUPHELD: upheld\nOVERTURNED: overturned\nWITHDRAWN: withdrawn', enum_type=AppealState, max_length=12)),
                ('closes_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('decided_by_id', fields.BigIntField(null=True)),
                ('decided_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('answer', fields.CharField(default='', max_length=200)),
            ],
            options={'table': 'appeal', 'app': 'models', 'indexes': [Index(fields=['place_id', 'state', 'id']), Index(fields=['state', 'closes_at'])], 'pk_attr': 'id', 'table_description': 'The author asks somebody else to look at a measure again, once; ``text`` is why, ``answer`` what was decided.'},
            bases=['Noun'],
        ),
        ops.CreateModel(
            name='Juror',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('created_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('appeal', fields.ForeignKeyField('models.Appeal', source_field='appeal_id', db_constraint=True, to_field='id', related_name='jurors', on_delete=OnDelete.CASCADE)),
                ('person', fields.ForeignKeyField('models.Person', source_field='person_id', db_index=True, db_constraint=True, to_field='id', related_name='juries', on_delete=OnDelete.CASCADE)),
                ('is_for', fields.BooleanField(null=True)),
                ('said_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'juror', 'app': 'models', 'unique_together': (('appeal', 'person'),), 'pk_attr': 'id', 'table_description': 'A neighbour who was drawn to look at an appeal; ``is_for`` the author once they have said.'},
            bases=['Noun'],
        ),
        ops.CreateModel(
            name='Review',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('created_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('place', fields.ForeignKeyField('models.Place', source_field='place_id', db_constraint=True, to_field='id', related_name='reviews', on_delete=OnDelete.RESTRICT)),
                ('board', fields.CharEnumField(description='ANNOUNCEMENTS: announcements\nPARTY: party\nGUIDE: guide\nDELIBERATION: deliberation\nISSUES: issues\nMUTUAL_HELP: mutual_help\nIDLE_ITEMS: idle_items\nNEIGHBOURS: neighbours\nSERVICES: services\nACTIVITIES: activities\nOPEN_AFFAIRS: open_affairs\nPROPERTY: property\nPOLICE: police\nDOCTOR: doctor\nVILLAGE_AFFAIRS: village_affairs\nHOMETOWN: hometown\nPROPOSALS: proposals', enum_type=BoardName, max_length=20)),
                ('thing', fields.CharEnumField(description='POST: post\nREPLY: reply', enum_type=Thing, max_length=10)),
                ('thing_id', fields.BigIntField()),
                ('post_id', fields.BigIntField()),
                ('author_id', fields.BigIntField()),
                ('state', fields.CharEnumField(description='OPEN: open\nSETTLED: settled', enum_type=ReviewState, max_length=10)),
                ('since', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('found', fields.CharField(default='', max_length=200)),
                ('flags', fields.IntField(default=0)),
                ('claimed_by_id', fields.BigIntField(null=True)),
                ('claimed_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('settled_by_id', fields.BigIntField(null=True)),
                ('settled_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('outcome', fields.CharField(default='', max_length=20)),
                ('reminded_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('version', fields.IntField(default=1)),
            ],
            options={'table': 'review', 'app': 'models', 'unique_together': (('thing', 'thing_id'),), 'indexes': [Index(fields=['place_id', 'state', 'since', 'id']), Index(fields=['settled_at'])], 'pk_attr': 'id', 'table_description': 'A post or reply that somebody should look at; one row for each, opened again when more comes.'},
            bases=['Noun'],
        ),
        ops.CreateModel(
            name='Flag',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('created_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('review', fields.ForeignKeyField('models.Review', source_field='review_id', db_constraint=True, to_field='id', related_name='reports', on_delete=OnDelete.CASCADE)),
                ('person', fields.ForeignKeyField('models.Person', source_field='person_id', db_index=True, db_constraint=True, to_field='id', related_name='flags', on_delete=OnDelete.CASCADE)),
                ('rule', fields.CharField(max_length=30)),
                ('note', fields.CharField(default='', max_length=200)),
            ],
            options={'table': 'flag', 'app': 'models', 'unique_together': (('review', 'person'),), 'pk_attr': 'id', 'table_description': 'Somebody reported a post or reply, once, by a rule of the list, in their own words (masked).'},
            bases=['Noun'],
        ),
        ops.CreateModel(
            name='ScreenList',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('created_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('place', fields.ForeignKeyField('models.Place', source_field='place_id', db_constraint=True, to_field='id', related_name='screen_lists', on_delete=OnDelete.RESTRICT)),
                ('name', fields.CharField(max_length=30)),
                ('number', fields.IntField()),
                ('action', fields.CharField(max_length=10)),
                ('text', fields.TextField(unique=False)),
                ('by_id', fields.BigIntField()),
            ],
            options={'table': 'screen_list', 'app': 'models', 'unique_together': (('place', 'name', 'number'),), 'pk_attr': 'id', 'table_description': 'A version of a list of words of a neighbourhood; the newest number is in force. ``text``: one word on a line.'},
            bases=['Noun'],
        ),
    ]
