from tortoise import migrations
from tortoise.migrations import operations as ops
from models.household import Relation
from models.joining import ActingKind, ActingState, JoinState
from tortoise.fields.base import OnDelete
from tortoise import fields
from tortoise.indexes import Index

class Migration(migrations.Migration):
    dependencies = [('models', '0011_more_roles_and_residents_sessions')]

    initial = False

    operations = [
        ops.CreateModel(
            name='Acting',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('created_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('place', fields.ForeignKeyField('models.Place', source_field='place_id', db_index=True, db_constraint=True, to_field='id', related_name='actings', on_delete=OnDelete.RESTRICT)),
                ('helper', fields.ForeignKeyField('models.Person', source_field='helper_id', db_constraint=True, to_field='id', related_name='acts_for', on_delete=OnDelete.CASCADE)),
                ('elder', fields.ForeignKeyField('models.Person', source_field='elder_id', db_index=True, db_constraint=True, to_field='id', related_name='acted_for_by', on_delete=OnDelete.CASCADE)),
                ('kind', fields.CharEnumField(description='FAMILY: family\nCAPTAIN: captain\nSTAFF: staff', enum_type=ActingKind, max_length=12)),
                ('state', fields.CharEnumField(description='PROPOSED: proposed\nSTANDING: standing\nENDED: ended', enum_type=ActingState, max_length=12)),
                ('open_elder_id', fields.BigIntField(null=True)),
                ('agreed_by_id', fields.BigIntField(null=True)),
                ('agreed_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('ended_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('ended_by_id', fields.BigIntField(null=True)),
            ],
            options={'table': 'acting', 'app': 'models', 'unique_together': (('helper', 'open_elder_id'),), 'pk_attr': 'id', 'table_description': 'Who may ask on whose behalf (代办). Agreed by staff or by the one acted for; either may end it at once.'},
            bases=['Noun'],
        ),
        ops.CreateModel(
            name='EstateLink',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('created_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('place', fields.ForeignKeyField('models.Place', source_field='place_id', db_index=True, db_constraint=True, to_field='id', related_name='estate_links', on_delete=OnDelete.RESTRICT)),
                ('estate', fields.ForeignKeyField('models.Estate', source_field='estate_id', db_index=True, db_constraint=True, to_field='id', related_name='links', on_delete=OnDelete.CASCADE)),
                ('token', fields.CharField(unique=True, max_length=40)),
                ('digits', fields.CharField(unique=True, max_length=12)),
                ('open_estate_id', fields.BigIntField(null=True, unique=True)),
                ('ended_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'estate_link', 'app': 'models', 'pk_attr': 'id', 'table_description': "The link behind an estate's printed code, and the number to type where nobody can scan."},
            bases=['Noun'],
        ),
        ops.CreateModel(
            name='JoinRequest',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('created_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('place', fields.ForeignKeyField('models.Place', source_field='place_id', db_constraint=True, to_field='id', related_name='join_requests', on_delete=OnDelete.RESTRICT)),
                ('building', fields.ForeignKeyField('models.Building', source_field='building_id', db_constraint=True, to_field='id', related_name='join_requests', on_delete=OnDelete.RESTRICT)),
                ('home', fields.ForeignKeyField('models.Home', source_field='home_id', null=True, db_index=True, db_constraint=True, to_field='id', related_name='join_requests', on_delete=OnDelete.SET_NULL)),
                ('label', fields.CharField(max_length=30)),
                ('name', fields.CharField(max_length=40)),
                ('shown_name', fields.CharField(max_length=40)),
                ('relation', fields.CharEnumField(description='OWNER: owner\nTENANT: tenant\nFAMILY: family', enum_type=Relation, max_length=20)),
                ('phone_sealed', fields.CharField(null=True, max_length=255)),
                ('phone_hash', fields.CharField(null=True, max_length=64)),
                ('helper_name', fields.CharField(default='', max_length=40)),
                ('contact', fields.ForeignKeyField('models.Contact', source_field='contact_id', null=True, db_constraint=True, to_field='id', related_name='join_requests', on_delete=OnDelete.SET_NULL)),
                ('state', fields.CharEnumField(default=JoinState.WAITING, description='WAITING: waiting\nAPPROVED: approved\nREFUSED: refused\nWITHDRAWN: withdrawn\nEXPIRED: expired', enum_type=JoinState, max_length=12)),
                ('open_building_id', fields.BigIntField(null=True)),
                ('reason', fields.CharField(default='', max_length=20)),
                ('words', fields.CharField(default='', max_length=200)),
                ('person', fields.ForeignKeyField('models.Person', source_field='person_id', null=True, db_index=True, db_constraint=True, to_field='id', related_name='join_requests', on_delete=OnDelete.SET_NULL)),
                ('residence_id', fields.BigIntField(null=True)),
                ('vouched_by', fields.ForeignKeyField('models.Person', source_field='vouched_by_id', null=True, db_constraint=True, to_field='id', related_name='vouched_requests', on_delete=OnDelete.SET_NULL)),
                ('vouched_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('decided_by', fields.ForeignKeyField('models.Person', source_field='decided_by_id', null=True, db_constraint=True, to_field='id', related_name='decided_requests', on_delete=OnDelete.SET_NULL)),
                ('decided_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('expires_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('entered_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('version', fields.IntField(default=0)),
            ],
            options={'table': 'join_request', 'app': 'models', 'unique_together': (('contact', 'open_building_id', 'label'),), 'indexes': [Index(fields=['place_id', 'state', 'id']), Index(fields=['state', 'expires_at'])], 'pk_attr': 'id', 'table_description': 'Somebody asks to be known as living in a home; ``label`` is the home as typed, ``home`` the one meant by it.'},
            bases=['Noun'],
        ),
        ops.AddField(
            model_name='Question',
            name='behalf_person_id',
            field=fields.BigIntField(null=True),
        ),
        ops.AddField(
            model_name='Residence',
            name='leaving_at',
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        ops.AddField(
            model_name='Residence',
            name='leaving_by_id',
            field=fields.BigIntField(null=True),
        ),
    ]
