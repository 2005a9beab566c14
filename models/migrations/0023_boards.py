from tortoise import migrations
from tortoise.migrations import operations as ops
from models.board import BoardName
from models.person import RoleName
from models.post import PostState, Thing
from models.thread import ReactionKind
from tortoise.fields.base import OnDelete
from tortoise import fields
from tortoise.indexes import Index

class Migration(migrations.Migration):
    dependencies = [('models', '0022_bookings')]

    initial = False

    operations = [
        ops.CreateModel(
            name='Board',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('created_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('place', fields.ForeignKeyField('models.Place', source_field='place_id', db_constraint=True, to_field='id', related_name='boards', on_delete=OnDelete.RESTRICT)),
                ('name', fields.CharEnumField(description='ANNOUNCEMENTS: announcements\nPARTY: party\nGUIDE: guide\nDELIBERATION: deliberation\nISSUES: issues\nMUTUAL_HELP: mutual_help\nIDLE_ITEMS: idle_items\nNEIGHBOURS: neighbours\nSERVICES: services\nACTIVITIES: activities\nOPEN_AFFAIRS: open_affairs\nPROPERTY: property\nPOLICE: police\nDOCTOR: doctor\nVILLAGE_AFFAIRS: village_affairs\nHOMETOWN: hometown\nPROPOSALS: proposals', enum_type=BoardName, max_length=20)),
                ('is_on', fields.BooleanField(null=True)),
                ('reply_hours', fields.FloatField(null=True)),
                ('intro', fields.CharField(default='', max_length=200)),
                ('named', fields.ForeignKeyField('models.Person', source_field='named_id', null=True, db_constraint=True, to_field='id', related_name='named_on', on_delete=OnDelete.SET_NULL)),
                ('post_count', fields.IntField(default=0)),
                ('last_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'board', 'app': 'models', 'unique_together': (('place', 'name'),), 'pk_attr': 'id', 'table_description': 'A board of a neighbourhood, once anything is set or posted there; ``community/boards.toml`` holds the rest.'},
            bases=['Noun'],
        ),
        ops.CreateModel(
            name='BoardSeen',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('created_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('person', fields.ForeignKeyField('models.Person', source_field='person_id', db_constraint=True, to_field='id', related_name='boards_seen', on_delete=OnDelete.CASCADE)),
                ('place_id', fields.BigIntField()),
                ('board', fields.CharEnumField(description='ANNOUNCEMENTS: announcements\nPARTY: party\nGUIDE: guide\nDELIBERATION: deliberation\nISSUES: issues\nMUTUAL_HELP: mutual_help\nIDLE_ITEMS: idle_items\nNEIGHBOURS: neighbours\nSERVICES: services\nACTIVITIES: activities\nOPEN_AFFAIRS: open_affairs\nPROPERTY: property\nPOLICE: police\nDOCTOR: doctor\nVILLAGE_AFFAIRS: village_affairs\nHOMETOWN: hometown\nPROPOSALS: proposals', enum_type=BoardName, max_length=20)),
                ('seen_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'board_seen', 'app': 'models', 'unique_together': (('person', 'place_id', 'board'),), 'pk_attr': 'id', 'table_description': 'When somebody last looked at a board, on a page or in chat: what came there since is new to them.'},
            bases=['Noun'],
        ),
        ops.CreateModel(
            name='Mention',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('created_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('thing', fields.CharEnumField(description='POST: post\nREPLY: reply', enum_type=Thing, max_length=10)),
                ('thing_id', fields.BigIntField()),
                ('who', fields.CharField(max_length=30)),
                ('person', fields.ForeignKeyField('models.Person', source_field='person_id', null=True, db_index=True, db_constraint=True, to_field='id', related_name='mentions', on_delete=OnDelete.CASCADE)),
                ('team', fields.ForeignKeyField('models.Team', source_field='team_id', null=True, db_index=True, db_constraint=True, to_field='id', related_name='mentions', on_delete=OnDelete.CASCADE)),
                ('words', fields.CharField(max_length=60)),
            ],
            options={'table': 'mention', 'app': 'models', 'unique_together': (('thing', 'thing_id', 'who'),), 'pk_attr': 'id', 'table_description': 'A post or reply names somebody, or a unit, with an @; ``who`` keeps each of them once (``p12``, ``t3``).'},
            bases=['Noun'],
        ),
        ops.CreateModel(
            name='Post',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('created_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('place', fields.ForeignKeyField('models.Place', source_field='place_id', db_constraint=True, to_field='id', related_name='posts', on_delete=OnDelete.RESTRICT)),
                ('board', fields.CharEnumField(description='ANNOUNCEMENTS: announcements\nPARTY: party\nGUIDE: guide\nDELIBERATION: deliberation\nISSUES: issues\nMUTUAL_HELP: mutual_help\nIDLE_ITEMS: idle_items\nNEIGHBOURS: neighbours\nSERVICES: services\nACTIVITIES: activities\nOPEN_AFFAIRS: open_affairs\nPROPERTY: property\nPOLICE: police\nDOCTOR: doctor\nVILLAGE_AFFAIRS: village_affairs\nHOMETOWN: hometown\nPROPOSALS: proposals', enum_type=BoardName, max_length=20)),
                ('author', fields.ForeignKeyField('models.Person', source_field='author_id', db_constraint=True, to_field='id', related_name='posts', on_delete=OnDelete.RESTRICT)),
                ('state', fields.CharEnumField(description='PUBLISHED: published\nLOCKED: locked\nHELD: held\nHIDDEN: hidden\nDELETED: deleted', enum_type=PostState, max_length=10)),
                ('title', fields.CharField(max_length=80)),
                ('text', fields.TextField(unique=False)),
                ('is_private', fields.BooleanField(default=False)),
                ('as_role', fields.CharEnumField(null=True, description='RESIDENT: resident\nBUILDING_CAPTAIN: building_captain\nVOLUNTEER: volunteer\nWORKER: worker\nSECRETARY: secretary\nPOLICE: police\nDOCTOR: doctor\nPROPERTY: property\nOWNERS_COMMITTEE: owners_committee\nMEDIATOR: mediator\nMODERATOR: moderator\nUNIT_MEMBER: unit_member\nSUBDISTRICT_DESK: subdistrict_desk\nSUBDISTRICT_OBSERVER: subdistrict_observer\nDISTRICT_OBSERVER: district_observer\nADMIN: admin', enum_type=RoleName, max_length=30)),
                ('case', fields.ForeignKeyField('models.Case', source_field='case_id', null=True, db_index=True, db_constraint=True, to_field='id', related_name='posts', on_delete=OnDelete.SET_NULL)),
                ('last_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('due_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('answered_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('reminded_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('edited_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('settled_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('settled_by_id', fields.BigIntField(null=True)),
                ('reason', fields.CharField(default='', max_length=200)),
                ('reply_count', fields.IntField(default=0)),
                ('like_count', fields.IntField(default=0)),
                ('thank_count', fields.IntField(default=0)),
                ('once', fields.CharField(null=True, unique=True, max_length=80)),
                ('version', fields.IntField(default=1)),
            ],
            options={'table': 'post', 'app': 'models', 'indexes': [Index(fields=['place_id', 'board', 'last_at', 'id']), Index(fields=['place_id', 'last_at', 'id']), Index(fields=['place_id', 'board', 'id']), Index(fields=['author_id', 'id']), Index(fields=['place_id', 'due_at'])], 'pk_attr': 'id', 'table_description': 'What somebody began a thread with. Numbers of people are masked before it is kept.'},
            bases=['Noun'],
        ),
        ops.CreateModel(
            name='PostDraft',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('created_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('person', fields.ForeignKeyField('models.Person', source_field='person_id', db_constraint=True, to_field='id', related_name='drafts', on_delete=OnDelete.CASCADE)),
                ('slot', fields.CharField(max_length=40)),
                ('place_id', fields.BigIntField()),
                ('board', fields.CharEnumField(null=True, description='ANNOUNCEMENTS: announcements\nPARTY: party\nGUIDE: guide\nDELIBERATION: deliberation\nISSUES: issues\nMUTUAL_HELP: mutual_help\nIDLE_ITEMS: idle_items\nNEIGHBOURS: neighbours\nSERVICES: services\nACTIVITIES: activities\nOPEN_AFFAIRS: open_affairs\nPROPERTY: property\nPOLICE: police\nDOCTOR: doctor\nVILLAGE_AFFAIRS: village_affairs\nHOMETOWN: hometown\nPROPOSALS: proposals', enum_type=BoardName, max_length=20)),
                ('title', fields.CharField(default='', max_length=80)),
                ('text', fields.TextField(default='', unique=False)),
                ('photos', fields.CharField(default='', max_length=400)),
                ('is_private', fields.BooleanField(default=False)),
                ('seq', fields.IntField(default=1)),
                ('changed_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'post_draft', 'app': 'models', 'unique_together': (('person', 'slot'),), 'indexes': [Index(fields=['changed_at'])], 'pk_attr': 'id', 'table_description': 'What somebody wrote and did not send. ``slot`` says for what: ``new:issues``, ``reply:12``, ``edit:reply:3``.'},
            bases=['Noun'],
        ),
        ops.CreateModel(
            name='PostEdit',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('created_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('thing', fields.CharEnumField(description='POST: post\nREPLY: reply', enum_type=Thing, max_length=10)),
                ('thing_id', fields.BigIntField()),
                ('place_id', fields.BigIntField()),
                ('by_id', fields.BigIntField()),
                ('title', fields.CharField(default='', max_length=80)),
                ('text', fields.TextField(unique=False)),
            ],
            options={'table': 'post_edit', 'app': 'models', 'indexes': [Index(fields=['thing', 'thing_id', 'id']), Index(fields=['created_at'])], 'pk_attr': 'id', 'table_description': 'What a post or reply said until it was changed, by whom; nothing of it is ever changed.'},
            bases=['Noun'],
        ),
        ops.CreateModel(
            name='PostFollow',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('created_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('post', fields.ForeignKeyField('models.Post', source_field='post_id', db_constraint=True, to_field='id', related_name='followers', on_delete=OnDelete.CASCADE)),
                ('person', fields.ForeignKeyField('models.Person', source_field='person_id', db_index=True, db_constraint=True, to_field='id', related_name='follows', on_delete=OnDelete.CASCADE)),
                ('is_on', fields.BooleanField(default=True)),
            ],
            options={'table': 'post_follow', 'app': 'models', 'unique_together': (('post', 'person'),), 'pk_attr': 'id', 'table_description': 'Whether somebody wants to hear of what is new in a thread; who wrote in it does, until they say otherwise.'},
            bases=['Noun'],
        ),
        ops.CreateModel(
            name='PostSeen',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('created_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('person', fields.ForeignKeyField('models.Person', source_field='person_id', db_constraint=True, to_field='id', related_name='posts_seen', on_delete=OnDelete.CASCADE)),
                ('post', fields.ForeignKeyField('models.Post', source_field='post_id', db_index=True, db_constraint=True, to_field='id', related_name='seen_by', on_delete=OnDelete.CASCADE)),
                ('reply_id', fields.BigIntField(default=0)),
                ('seen_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'post_seen', 'app': 'models', 'unique_together': (('person', 'post'),), 'pk_attr': 'id', 'table_description': 'How far somebody has read a thread, on a page or in chat: up to the reply ``reply_id`` (0: before the first),'},
            bases=['Noun'],
        ),
        ops.CreateModel(
            name='Reaction',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('created_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('thing', fields.CharEnumField(description='POST: post\nREPLY: reply', enum_type=Thing, max_length=10)),
                ('thing_id', fields.BigIntField()),
                ('kind', fields.CharEnumField(description='LIKE: like\nTHANK: thank', enum_type=ReactionKind, max_length=10)),
                ('person', fields.ForeignKeyField('models.Person', source_field='person_id', db_index=True, db_constraint=True, to_field='id', related_name='reactions', on_delete=OnDelete.CASCADE)),
            ],
            options={'table': 'reaction', 'app': 'models', 'unique_together': (('thing', 'thing_id', 'kind', 'person'),), 'pk_attr': 'id', 'table_description': 'Somebody likes or thanks for a post or reply, once.'},
            bases=['Noun'],
        ),
        ops.CreateModel(
            name='Reply',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('created_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('post', fields.ForeignKeyField('models.Post', source_field='post_id', db_constraint=True, to_field='id', related_name='replies', on_delete=OnDelete.CASCADE)),
                ('place_id', fields.BigIntField()),
                ('author', fields.ForeignKeyField('models.Person', source_field='author_id', db_constraint=True, to_field='id', related_name='replies', on_delete=OnDelete.RESTRICT)),
                ('state', fields.CharEnumField(description='PUBLISHED: published\nLOCKED: locked\nHELD: held\nHIDDEN: hidden\nDELETED: deleted', enum_type=PostState, max_length=10)),
                ('text', fields.TextField(unique=False)),
                ('quotes', fields.ForeignKeyField('models.Reply', source_field='quotes_id', null=True, db_index=True, db_constraint=True, to_field='id', related_name='quoted', on_delete=OnDelete.SET_NULL)),
                ('as_role', fields.CharEnumField(null=True, description='RESIDENT: resident\nBUILDING_CAPTAIN: building_captain\nVOLUNTEER: volunteer\nWORKER: worker\nSECRETARY: secretary\nPOLICE: police\nDOCTOR: doctor\nPROPERTY: property\nOWNERS_COMMITTEE: owners_committee\nMEDIATOR: mediator\nMODERATOR: moderator\nUNIT_MEMBER: unit_member\nSUBDISTRICT_DESK: subdistrict_desk\nSUBDISTRICT_OBSERVER: subdistrict_observer\nDISTRICT_OBSERVER: district_observer\nADMIN: admin', enum_type=RoleName, max_length=30)),
                ('edited_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('settled_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('settled_by_id', fields.BigIntField(null=True)),
                ('reason', fields.CharField(default='', max_length=200)),
                ('like_count', fields.IntField(default=0)),
                ('thank_count', fields.IntField(default=0)),
                ('once', fields.CharField(null=True, unique=True, max_length=80)),
                ('version', fields.IntField(default=1)),
            ],
            options={'table': 'reply', 'app': 'models', 'indexes': [Index(fields=['post_id', 'id']), Index(fields=['author_id', 'id'])], 'pk_attr': 'id', 'table_description': 'What somebody answered in a thread; ``quotes`` another reply of it. The rest as with a post.'},
            bases=['Noun'],
        ),
        ops.AddField(
            model_name='Place',
            name='is_rural',
            field=fields.BooleanField(default=False, db_default=False),
        ),
    ]
