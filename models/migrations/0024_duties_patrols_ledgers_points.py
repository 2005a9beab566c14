from tortoise import migrations
from tortoise.migrations import operations as ops
from models.ledger import LedgerKind, LedgerState
from models.point import BackReason, PointKind
from tortoise.fields.base import OnDelete
from tortoise import fields
from tortoise.indexes import Index

class Migration(migrations.Migration):
    dependencies = [('models', '0023_boards')]

    initial = False

    operations = [
        ops.CreateModel(
            name='DutyItem',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('created_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('place_id', fields.BigIntField()),
                ('key', fields.CharField(max_length=40)),
                ('number', fields.IntField()),
                ('body', fields.TextField(unique=False)),
                ('note', fields.CharField(default='', max_length=200)),
                ('by_id', fields.BigIntField(null=True)),
                ('in_force', fields.CharField(null=True, unique=True, max_length=70)),
            ],
            options={'table': 'duty_item', 'app': 'models', 'unique_together': (('place_id', 'key', 'number'),), 'indexes': [Index(fields=['place_id', 'in_force'])], 'pk_attr': 'id', 'table_description': "One version of a neighbourhood's own item: one of the shared lists as it has it, or one it added itself."},
            bases=['Noun'],
        ),
        ops.CreateModel(
            name='LedgerEntry',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('created_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('place', fields.ForeignKeyField('models.Place', source_field='place_id', db_constraint=True, to_field='id', related_name='ledger_entries', on_delete=OnDelete.RESTRICT)),
                ('kind', fields.CharEnumField(description='KEY_MATTER: key_matter\nPROBLEM: problem', enum_type=LedgerKind, max_length=12)),
                ('number', fields.CharField(max_length=20)),
                ('title', fields.CharField(max_length=60)),
                ('text', fields.TextField(default='', unique=False)),
                ('owner', fields.ForeignKeyField('models.Person', source_field='owner_id', db_index=True, db_constraint=True, to_field='id', related_name='ledger_entries', on_delete=OnDelete.RESTRICT)),
                ('due', fields.DateField()),
                ('state', fields.CharEnumField(default=LedgerState.OPEN, description='OPEN: open\nCLAIMED: claimed\nSTRUCK_OFF: struck_off', enum_type=LedgerState, max_length=12)),
                ('claimed_by_id', fields.BigIntField(null=True)),
                ('struck_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('version', fields.IntField(default=1)),
            ],
            options={'table': 'ledger_entry', 'app': 'models', 'unique_together': (('place', 'number'),), 'indexes': [Index(fields=['place_id', 'state', 'due'])], 'pk_attr': 'id', 'table_description': 'A matter that stands in a ledger until it is struck off. ``claimed_by_id``: who says that it is done.'},
            bases=['Noun'],
        ),
        ops.CreateModel(
            name='LedgerCase',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('created_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('entry', fields.ForeignKeyField('models.LedgerEntry', source_field='entry_id', db_constraint=True, to_field='id', related_name='cases', on_delete=OnDelete.CASCADE)),
                ('case', fields.ForeignKeyField('models.Case', source_field='case_id', db_index=True, db_constraint=True, to_field='id', related_name='ledger_entries', on_delete=OnDelete.CASCADE)),
            ],
            options={'table': 'ledger_case', 'app': 'models', 'unique_together': (('entry', 'case'),), 'pk_attr': 'id', 'table_description': 'A case that belongs to an entry of a ledger.'},
            bases=['Noun'],
        ),
        ops.CreateModel(
            name='LedgerStep',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('created_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('entry', fields.ForeignKeyField('models.LedgerEntry', source_field='entry_id', db_constraint=True, to_field='id', related_name='steps', on_delete=OnDelete.CASCADE)),
                ('verb', fields.CharField(max_length=40)),
                ('by_id', fields.BigIntField(null=True)),
                ('note', fields.TextField(default='', unique=False)),
            ],
            options={'table': 'ledger_step', 'app': 'models', 'indexes': [Index(fields=['entry_id', 'id'])], 'pk_attr': 'id', 'table_description': 'What was done about an entry: by whom, in which words; nothing of it is ever changed.'},
            bases=['Noun'],
        ),
        ops.CreateModel(
            name='PatrolRoute',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('created_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('place', fields.ForeignKeyField('models.Place', source_field='place_id', db_index=True, db_constraint=True, to_field='id', related_name='patrol_routes', on_delete=OnDelete.RESTRICT)),
                ('grid', fields.ForeignKeyField('models.Grid', source_field='grid_id', null=True, db_index=True, db_constraint=True, to_field='id', related_name='patrol_routes', on_delete=OnDelete.SET_NULL)),
                ('name', fields.CharField(max_length=40)),
                ('weekdays', fields.CharField(max_length=20)),
                ('on_holidays', fields.BooleanField(default=False)),
                ('goes', fields.ForeignKeyField('models.Person', source_field='goes_id', null=True, db_index=True, db_constraint=True, to_field='id', related_name='patrol_routes', on_delete=OnDelete.SET_NULL)),
                ('retired_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'patrol_route', 'app': 'models', 'pk_attr': 'id', 'table_description': 'A walk through a grid. ``weekdays``: digits of the days it is walked on, 1 for Monday; on public holidays only'},
            bases=['Noun'],
        ),
        ops.CreateModel(
            name='PatrolStop',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('created_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('route', fields.ForeignKeyField('models.PatrolRoute', source_field='route_id', db_index=True, db_constraint=True, to_field='id', related_name='stops', on_delete=OnDelete.CASCADE)),
                ('position', fields.IntField()),
                ('name', fields.CharField(max_length=60)),
                ('looks', fields.CharField(default='', max_length=120)),
                ('building', fields.ForeignKeyField('models.Building', source_field='building_id', null=True, db_index=True, db_constraint=True, to_field='id', related_name='patrol_stops', on_delete=OnDelete.SET_NULL)),
                ('retired_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'patrol_stop', 'app': 'models', 'pk_attr': 'id', 'table_description': 'A stop of a route; ``looks``: what to look at there. It never changes: a new one stands in its place.'},
            bases=['Noun'],
        ),
        ops.CreateModel(
            name='PatrolFinding',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('created_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('place_id', fields.BigIntField()),
                ('stop', fields.ForeignKeyField('models.PatrolStop', source_field='stop_id', db_index=True, db_constraint=True, to_field='id', related_name='findings', on_delete=OnDelete.CASCADE)),
                ('day', fields.DateField()),
                ('case', fields.ForeignKeyField('models.Case', source_field='case_id', null=True, db_index=True, db_constraint=True, to_field='id', related_name='patrol_findings', on_delete=OnDelete.CASCADE)),
                ('key', fields.CharField(max_length=40)),
            ],
            options={'table': 'patrol_finding', 'app': 'models', 'unique_together': (('place_id', 'key'),), 'indexes': [Index(fields=['place_id', 'day'])], 'pk_attr': 'id', 'table_description': 'What was found at a stop on a day, as the case it became; ``key`` names the form, so that it becomes one.'},
            bases=['Noun'],
        ),
        ops.CreateModel(
            name='PatrolTick',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('created_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('place_id', fields.BigIntField()),
                ('stop', fields.ForeignKeyField('models.PatrolStop', source_field='stop_id', db_constraint=True, to_field='id', related_name='ticks', on_delete=OnDelete.CASCADE)),
                ('day', fields.DateField()),
                ('by', fields.ForeignKeyField('models.Person', source_field='by_id', null=True, db_index=True, db_constraint=True, to_field='id', related_name='patrol_ticks', on_delete=OnDelete.SET_NULL)),
            ],
            options={'table': 'patrol_tick', 'app': 'models', 'unique_together': (('stop', 'day'),), 'indexes': [Index(fields=['place_id', 'day'])], 'pk_attr': 'id', 'table_description': 'Somebody was at a stop on a day: once, whoever is first.'},
            bases=['Noun'],
        ),
        ops.CreateModel(
            name='Point',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('created_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('place_id', fields.BigIntField()),
                ('person_id', fields.BigIntField()),
                ('kind', fields.CharEnumField(description='REPORT: report\nHOURS: hours\nBACK: back', enum_type=PointKind, max_length=10)),
                ('amount', fields.IntField()),
                ('month', fields.CharField(max_length=10)),
                ('happened_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('case_id', fields.BigIntField(null=True)),
                ('work_kind', fields.CharField(default='', max_length=40)),
                ('spot', fields.CharField(default='', max_length=80)),
                ('takes_back_id', fields.BigIntField(null=True, unique=True)),
                ('once', fields.CharField(unique=True, max_length=60)),
                ('reason', fields.CharEnumField(null=True, description='FALSE: false\nTWICE: twice\nREFUSED: refused\nWITHDRAWN: withdrawn\nMERGED: merged', enum_type=BackReason, max_length=12)),
                ('by_id', fields.BigIntField(null=True)),
            ],
            options={'table': 'point', 'app': 'models', 'indexes': [Index(fields=['person_id', 'month']), Index(fields=['place_id', 'month']), Index(fields=['place_id', 'spot', 'work_kind']), Index(fields=['case_id'])], 'pk_attr': 'id', 'table_description': 'Some points given, or taken back (a negative ``amount``). The database refuses to change or delete a row.'},
            bases=['Noun'],
        ),
        ops.CreateModel(
            name='PointSpot',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('created_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('place_id', fields.BigIntField()),
                ('spot', fields.CharField(max_length=80)),
                ('work_kind', fields.CharField(max_length=40)),
            ],
            options={'table': 'point_spot', 'app': 'models', 'unique_together': (('place_id', 'spot', 'work_kind'),), 'pk_attr': 'id', 'table_description': 'A place and kind of work for which points were asked for: its row is held while they are, so that of two who'},
            bases=['Noun'],
        ),
    ]
