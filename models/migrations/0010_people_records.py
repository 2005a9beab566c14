from tortoise import migrations
from tortoise.migrations import operations as ops
from models.export import ExportState
from models.service import LookField
from tortoise.fields.base import OnDelete
from tortoise import fields
from tortoise.indexes import Index

class Migration(migrations.Migration):
    dependencies = [('models', '0009_places_and_homes')]

    initial = False

    operations = [
        ops.CreateModel(
            name='Export',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('created_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('place', fields.ForeignKeyField('models.Place', source_field='place_id', db_constraint=True, to_field='id', related_name='exports', on_delete=OnDelete.RESTRICT)),
                ('number', fields.CharField(max_length=20)),
                ('asked_by', fields.ForeignKeyField('models.Person', source_field='asked_by_id', null=True, db_constraint=True, to_field='id', related_name='exports_asked', on_delete=OnDelete.SET_NULL)),
                ('wanted', fields.TextField(unique=False)),
                ('with_phones', fields.BooleanField()),
                ('people', fields.IntField()),
                ('purpose', fields.CharField(max_length=20)),
                ('reason', fields.CharField(max_length=200)),
                ('state', fields.CharEnumField(default=ExportState.ASKED, description='ASKED: asked\nAPPROVED: approved\nREFUSED: refused\nTAKEN: taken\nWITHDRAWN: withdrawn', enum_type=ExportState, max_length=10)),
                ('expires_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('decided_by', fields.ForeignKeyField('models.Person', source_field='decided_by_id', null=True, db_constraint=True, to_field='id', related_name='exports_decided', on_delete=OnDelete.SET_NULL)),
                ('decided_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('answer', fields.CharField(default='', max_length=200)),
                ('taken_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('row_count', fields.IntField(null=True)),
            ],
            options={'table': 'export', 'app': 'models', 'unique_together': (('place', 'number'),), 'indexes': [Index(fields=['place_id', 'id'])], 'pk_attr': 'id', 'table_description': "A list that was asked for: by whom, which people (``wanted``, JSON text: tags and buildings, nobody's name), for"},
            bases=['Noun'],
        ),
        ops.CreateModel(
            name='Look',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('created_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('place', fields.ForeignKeyField('models.Place', source_field='place_id', db_index=True, db_constraint=True, to_field='id', related_name='looks', on_delete=OnDelete.CASCADE)),
                ('person', fields.ForeignKeyField('models.Person', source_field='person_id', db_constraint=True, to_field='id', related_name='looks', on_delete=OnDelete.CASCADE)),
                ('by', fields.ForeignKeyField('models.Person', source_field='by_id', null=True, db_constraint=True, to_field='id', related_name='looked', on_delete=OnDelete.SET_NULL)),
                ('field', fields.CharEnumField(description='PHONE: phone\nID_NUMBER: id_number', enum_type=LookField, max_length=20)),
                ('purpose', fields.CharField(max_length=20)),
                ('note_sealed', fields.TextField(null=True, unique=False)),
                ('export_id', fields.BigIntField(null=True)),
            ],
            options={'table': 'look', 'app': 'models', 'indexes': [Index(fields=['person_id', 'id'])], 'pk_attr': 'id', 'table_description': "Somebody saw a number of a person in full: which, and for which of the rules' ``purposes``."},
            bases=['Noun'],
        ),
        ops.CreateModel(
            name='Service',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('created_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('place', fields.ForeignKeyField('models.Place', source_field='place_id', db_constraint=True, to_field='id', related_name='services', on_delete=OnDelete.RESTRICT)),
                ('person', fields.ForeignKeyField('models.Person', source_field='person_id', null=True, db_constraint=True, to_field='id', related_name='services', on_delete=OnDelete.SET_NULL)),
                ('home', fields.ForeignKeyField('models.Home', source_field='home_id', null=True, db_constraint=True, to_field='id', related_name='services', on_delete=OnDelete.SET_NULL)),
                ('kind', fields.CharField(max_length=20)),
                ('day', fields.DateField()),
                ('note_sealed', fields.TextField(null=True, unique=False)),
                ('by', fields.ForeignKeyField('models.Person', source_field='by_id', null=True, db_constraint=True, to_field='id', related_name='services_done', on_delete=OnDelete.SET_NULL)),
                ('key', fields.CharField(max_length=40)),
                ('struck_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('struck_by_id', fields.BigIntField(null=True)),
            ],
            options={'table': 'service', 'app': 'models', 'unique_together': (('place', 'key'),), 'indexes': [Index(fields=['person_id', 'day']), Index(fields=['home_id', 'day']), Index(fields=['place_id', 'day'])], 'pk_attr': 'id', 'table_description': "A visit, an allowance, a note: on a day, for a person, a home or both. ``kind`` is of the rules' ``services``."},
            bases=['Noun'],
        ),
        ops.CreateModel(
            name='TagWord',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('created_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('place', fields.ForeignKeyField('models.Place', source_field='place_id', db_constraint=True, to_field='id', related_name='tag_words', on_delete=OnDelete.RESTRICT)),
                ('name', fields.CharField(max_length=20)),
                ('retired_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'tag_word', 'app': 'models', 'unique_together': (('place', 'name'),), 'pk_attr': 'id', 'table_description': 'A word that people of a neighbourhood are tagged with: a fixed one once it is used, or one of their own.'},
            bases=['Noun'],
        ),
        ops.AlterModelOptions(
            name='HomeFile',
            options={'table': 'home_file', 'app': 'models', 'indexes': [Index(fields=['place_id', 'id']), Index(fields=['state', 'created_at'])], 'pk_attr': 'id', 'table_description': 'One file; ``summary`` is JSON text: what it would change, counted. ``key_mark``: the key behind its hashes.'},
        ),
        ops.AddField(
            model_name='HomeFile',
            name='key_mark',
            field=fields.CharField(null=True, max_length=16),
        ),
        ops.AddField(
            model_name='HomeFileRow',
            name='born',
            field=fields.DateField(null=True),
        ),
        ops.AddField(
            model_name='Personal',
            name='born',
            field=fields.DateField(null=True),
        ),
        ops.AddField(
            model_name='Personal',
            name='key_mark',
            field=fields.CharField(null=True, max_length=16),
        ),
        ops.AddIndex(
            model_name='Personal',
            index=Index(fields=['place_id', 'born']),
        ),
    ]
