from tortoise import migrations
from tortoise.migrations import operations as ops
from models.ballot import PaperState, VoteMethod, VoteState, VoteUnit, VoteWay
from tortoise.fields.base import OnDelete
from tortoise import fields
from tortoise.indexes import Index

class Migration(migrations.Migration):
    dependencies = [('models', '0033_staff_notices_need')]

    initial = False

    operations = [
        ops.CreateModel(
            name='Ballot',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('vote_id', fields.BigIntField()),
                ('receipt', fields.CharField(max_length=20)),
                ('choice', fields.CharField(max_length=200)),
            ],
            options={'table': 'ballot', 'app': 'models', 'unique_together': (('vote_id', 'receipt'),), 'pk_attr': 'id', 'table_description': 'A secret ballot after the count, under its receipt; written in the order of numbers drawn by chance.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='SealedBallot',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('vote_id', fields.BigIntField()),
                ('mark', fields.CharField(max_length=64)),
                ('token', fields.TextField(unique=False)),
            ],
            options={'table': 'sealed_ballot', 'app': 'models', 'unique_together': (('vote_id', 'mark'),), 'indexes': [Index(fields=['vote_id', 'id'])], 'pk_attr': 'id', 'table_description': 'A secret ballot until the count: a number drawn by chance, a keyed hash of its receipt, and what was chosen,'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='Vote',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('created_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('place', fields.ForeignKeyField('models.Place', source_field='place_id', db_constraint=True, to_field='id', related_name='votes', on_delete=OnDelete.RESTRICT)),
                ('post', fields.ForeignKeyField('models.Post', source_field='post_id', null=True, db_index=True, db_constraint=True, to_field='id', related_name='votes', on_delete=OnDelete.SET_NULL)),
                ('state', fields.CharEnumField(description='DRAFT: draft\nOPEN: open\nCOUNTED: counted\nVOID: void', enum_type=VoteState, max_length=10)),
                ('title', fields.CharField(max_length=80)),
                ('text', fields.TextField(unique=False)),
                ('method', fields.CharEnumField(description='YES_NO: yes_no\nONE: one\nSEVERAL: several\nSCORE: score\nBUDGET: budget', enum_type=VoteMethod, max_length=10)),
                ('unit', fields.CharEnumField(description='PERSON: person\nHOUSEHOLD: household\nOWNER: owner', enum_type=VoteUnit, max_length=10)),
                ('rule', fields.CharField(max_length=30)),
                ('rule_json', fields.TextField(default='', unique=False)),
                ('is_secret', fields.BooleanField()),
                ('is_legal', fields.BooleanField(default=False)),
                ('legal_note', fields.CharField(default='', max_length=200)),
                ('most_choices', fields.IntField(null=True)),
                ('budget_fen', fields.BigIntField(null=True)),
                ('closes_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('opened_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('as_of', fields.DateField(null=True)),
                ('roll_size', fields.IntField(default=0)),
                ('roll_area', fields.BigIntField(default=0)),
                ('roll_hash', fields.CharField(default='', max_length=64)),
                ('counted_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('sheet', fields.TextField(default='', unique=False)),
                ('reason', fields.CharField(default='', max_length=200)),
                ('by_id', fields.BigIntField()),
                ('once', fields.CharField(null=True, unique=True, max_length=80)),
                ('version', fields.IntField(default=1)),
            ],
            options={'table': 'vote', 'app': 'models', 'indexes': [Index(fields=['place_id', 'state', 'closes_at', 'id']), Index(fields=['state', 'closes_at'])], 'pk_attr': 'id', 'table_description': 'A question put to a neighbourhood, or to some of its buildings.'},
            bases=['Noun'],
        ),
        ops.CreateModel(
            name='PaperBallot',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('created_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('vote', fields.ForeignKeyField('models.Vote', source_field='vote_id', db_constraint=True, to_field='id', related_name='papers', on_delete=OnDelete.CASCADE)),
                ('place_id', fields.BigIntField()),
                ('mark', fields.CharField(max_length=64)),
                ('voter_id', fields.BigIntField(null=True)),
                ('state', fields.CharEnumField(description='PRINTED: printed\nENTERED: entered\nCONFIRMED: confirmed\nDIFFERS: differs', enum_type=PaperState, max_length=10)),
                ('token', fields.TextField(null=True, unique=False)),
                ('first_by_id', fields.BigIntField(null=True)),
                ('second_by_id', fields.BigIntField(null=True)),
            ],
            options={'table': 'paper_ballot', 'app': 'models', 'unique_together': (('vote', 'mark'),), 'indexes': [Index(fields=['vote_id', 'state'])], 'pk_attr': 'id', 'table_description': 'A ballot on paper: of a secret vote under the receipt printed on it (``mark`` is its keyed hash), of a named one'},
            bases=['Noun'],
        ),
        ops.CreateModel(
            name='VoteBuilding',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('created_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('vote', fields.ForeignKeyField('models.Vote', source_field='vote_id', db_constraint=True, to_field='id', related_name='buildings', on_delete=OnDelete.CASCADE)),
                ('building', fields.ForeignKeyField('models.Building', source_field='building_id', db_index=True, db_constraint=True, to_field='id', related_name='votes', on_delete=OnDelete.RESTRICT)),
            ],
            options={'table': 'vote_building', 'app': 'models', 'unique_together': (('vote', 'building'),), 'pk_attr': 'id', 'table_description': 'A building whose people a vote is put to; where there are none it is put to the whole neighbourhood.'},
            bases=['Noun'],
        ),
        ops.CreateModel(
            name='VoteOption',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('created_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('vote', fields.ForeignKeyField('models.Vote', source_field='vote_id', db_constraint=True, to_field='id', related_name='options', on_delete=OnDelete.CASCADE)),
                ('position', fields.IntField()),
                ('text', fields.CharField(max_length=100)),
                ('cost_fen', fields.BigIntField(null=True)),
            ],
            options={'table': 'vote_option', 'app': 'models', 'unique_together': (('vote', 'position'),), 'pk_attr': 'id', 'table_description': 'What can be chosen, by its position from 1; ``cost_fen`` where a sum of money is voted on.'},
            bases=['Noun'],
        ),
        ops.CreateModel(
            name='Voter',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('created_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('vote', fields.ForeignKeyField('models.Vote', source_field='vote_id', db_constraint=True, to_field='id', related_name='roll', on_delete=OnDelete.CASCADE)),
                ('place_id', fields.BigIntField()),
                ('key', fields.CharField(max_length=40)),
                ('building_id', fields.BigIntField()),
                ('label', fields.CharField(max_length=120)),
                ('area', fields.BigIntField(default=0)),
                ('has_voted', fields.BooleanField(default=False)),
                ('way', fields.CharEnumField(null=True, description='WEB: web\nCHAT: chat\nPAPER: paper', enum_type=VoteWay, max_length=10)),
                ('choice_sealed', fields.TextField(null=True, unique=False)),
                ('choice', fields.CharField(default='', max_length=200)),
                ('told_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('reminded_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('version', fields.IntField(default=1)),
            ],
            options={'table': 'voter', 'app': 'models', 'unique_together': (('vote', 'key'),), 'indexes': [Index(fields=['vote_id', 'id']), Index(fields=['vote_id', 'building_id', 'has_voted']), Index(fields=['vote_id', 'has_voted', 'reminded_at'])], 'pk_attr': 'id', 'table_description': 'A line of the roll: one vote. ``key`` is what it belongs to (a person, a household, owners of the same homes) and'},
            bases=['Noun'],
        ),
        ops.CreateModel(
            name='VoterPerson',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('created_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('voter', fields.ForeignKeyField('models.Voter', source_field='voter_id', db_constraint=True, to_field='id', related_name='people', on_delete=OnDelete.CASCADE)),
                ('vote_id', fields.BigIntField()),
                ('person', fields.ForeignKeyField('models.Person', source_field='person_id', db_constraint=True, to_field='id', related_name='voters', on_delete=OnDelete.CASCADE)),
            ],
            options={'table': 'voter_person', 'app': 'models', 'unique_together': (('voter', 'person'),), 'indexes': [Index(fields=['vote_id', 'person_id']), Index(fields=['vote_id', 'voter_id']), Index(fields=['person_id'])], 'pk_attr': 'id', 'table_description': 'Who may cast a vote of the roll: any one of the household, or of the owners.'},
            bases=['Noun'],
        ),
        ops.AlterModelOptions(
            name='Home',
            options={'table': 'home', 'app': 'models', 'unique_together': (('building', 'label'),), 'indexes': [Index(fields=['building_id', 'sort'])], 'pk_attr': 'id', 'table_description': 'A home (房屋), known by its label within the building, such as 501. ``area``: its exclusive area (专有部分面积),'},
        ),
        ops.AddField(
            model_name='Home',
            name='area',
            field=fields.IntField(null=True),
        ),
    ]
