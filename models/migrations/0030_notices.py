from tortoise import migrations
from tortoise.migrations import operations as ops
from models.board import BoardName
from models.notice import NoticeState, RunKind
from models.person import RoleName
from tortoise.fields.base import OnDelete
from tortoise import fields
from tortoise.indexes import Index

class Migration(migrations.Migration):
    dependencies = [('models', '0029_items_and_wishes')]

    initial = False

    operations = [
        ops.CreateModel(
            name='AffairPost',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('created_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('place', fields.ForeignKeyField('models.Place', source_field='place_id', db_constraint=True, to_field='id', related_name='affair_posts', on_delete=OnDelete.RESTRICT)),
                ('key', fields.CharField(max_length=40)),
                ('period', fields.CharField(max_length=10)),
                ('post', fields.ForeignKeyField('models.Post', source_field='post_id', db_index=True, db_constraint=True, to_field='id', related_name='affairs', on_delete=OnDelete.CASCADE)),
            ],
            options={'table': 'affair_post', 'app': 'models', 'unique_together': (('place', 'key', 'period'),), 'pk_attr': 'id', 'table_description': 'An item of what must be published (居务公开) was published for a period, by a post that stands for it.'},
            bases=['Noun'],
        ),
        ops.CreateModel(
            name='Notice',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('created_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('place', fields.ForeignKeyField('models.Place', source_field='place_id', db_constraint=True, to_field='id', related_name='resident_notices', on_delete=OnDelete.RESTRICT)),
                ('board', fields.CharEnumField(description='ANNOUNCEMENTS: announcements\nPARTY: party\nGUIDE: guide\nDELIBERATION: deliberation\nISSUES: issues\nMUTUAL_HELP: mutual_help\nIDLE_ITEMS: idle_items\nNEIGHBOURS: neighbours\nSERVICES: services\nACTIVITIES: activities\nOPEN_AFFAIRS: open_affairs\nPROPERTY: property\nPOLICE: police\nDOCTOR: doctor\nVILLAGE_AFFAIRS: village_affairs\nHOMETOWN: hometown\nPROPOSALS: proposals', enum_type=BoardName, max_length=20)),
                ('state', fields.CharEnumField(description='SCHEDULED: scheduled\nSENDING: sending\nSENT: sent\nWITHDRAWN: withdrawn', enum_type=NoticeState, max_length=10)),
                ('title', fields.CharField(max_length=80)),
                ('text', fields.TextField(unique=False)),
                ('target', fields.TextField(unique=False)),
                ('is_emergency', fields.BooleanField(default=False)),
                ('by_id', fields.BigIntField()),
                ('as_role', fields.CharEnumField(null=True, description='RESIDENT: resident\nBUILDING_CAPTAIN: building_captain\nVOLUNTEER: volunteer\nWORKER: worker\nSECRETARY: secretary\nPOLICE: police\nDOCTOR: doctor\nPROPERTY: property\nOWNERS_COMMITTEE: owners_committee\nMEDIATOR: mediator\nMODERATOR: moderator\nUNIT_MEMBER: unit_member\nSUBDISTRICT_DESK: subdistrict_desk\nSUBDISTRICT_OBSERVER: subdistrict_observer\nDISTRICT_OBSERVER: district_observer\nADMIN: admin', enum_type=RoleName, max_length=30)),
                ('send_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('sent_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('pinned_until', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('cleared_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('post', fields.OneToOneField('models.Post', source_field='post_id', null=True, db_constraint=True, to_field='id', related_name='notice', on_delete=OnDelete.SET_NULL)),
                ('once', fields.CharField(null=True, unique=True, max_length=80)),
                ('version', fields.IntField(default=1)),
            ],
            options={'table': 'notice', 'app': 'models', 'indexes': [Index(fields=['place_id', 'id']), Index(fields=['state', 'send_at'])], 'pk_attr': 'id', 'table_description': 'Something the committee has to say (公告): one row, however many it is for.'},
            bases=['Noun'],
        ),
        ops.CreateModel(
            name='NoticeReceipt',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('created_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('notice', fields.ForeignKeyField('models.Notice', source_field='notice_id', db_constraint=True, to_field='id', related_name='receipts', on_delete=OnDelete.CASCADE)),
                ('person', fields.ForeignKeyField('models.Person', source_field='person_id', db_constraint=True, to_field='id', related_name='notice_receipts', on_delete=OnDelete.CASCADE)),
                ('has_chat', fields.BooleanField()),
                ('read_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('acknowledged_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'notice_receipt', 'app': 'models', 'unique_together': (('notice', 'person'),), 'indexes': [Index(fields=['person_id', 'notice_id'])], 'pk_attr': 'id', 'table_description': 'A notice is for somebody, once. ``has_chat``: it was told in a chat of theirs, which is not yet that they read.'},
            bases=['Noun'],
        ),
        ops.CreateModel(
            name='NoticeRun',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('created_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('notice', fields.ForeignKeyField('models.Notice', source_field='notice_id', db_constraint=True, to_field='id', related_name='runs', on_delete=OnDelete.CASCADE)),
                ('kind', fields.CharEnumField(description='SEND: send\nREMIND: remind\nCLEAR: clear', enum_type=RunKind, max_length=10)),
                ('text', fields.CharField(default='', max_length=200)),
                ('by_id', fields.BigIntField(null=True)),
                ('done_to', fields.BigIntField(default=0)),
                ('done_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'notice_run', 'app': 'models', 'unique_together': (('notice', 'kind'),), 'indexes': [Index(fields=['done_at', 'id'])], 'pk_attr': 'id', 'table_description': 'A run through the people of a notice, in blocks: of each kind there is one, so that nobody is reminded twice.'},
            bases=['Noun'],
        ),
    ]
