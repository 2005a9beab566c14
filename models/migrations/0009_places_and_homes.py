from tortoise import migrations
from tortoise.migrations import operations as ops
from models.home_file import HomeFileState, RowKind
from models.household import Relation, ResidenceState
from models.place import Accent
from tortoise.fields.base import OnDelete
from tortoise import fields
from tortoise.indexes import Index

class Migration(migrations.Migration):
    dependencies = [('models', '0008_phrasings_and_the_gate')]

    initial = False

    operations = [
        ops.CreateModel(
            name='Estate',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('created_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('place', fields.ForeignKeyField('models.Place', source_field='place_id', db_constraint=True, to_field='id', related_name='estates', on_delete=OnDelete.RESTRICT)),
                ('name', fields.CharField(max_length=40)),
            ],
            options={'table': 'estate', 'app': 'models', 'unique_together': (('place', 'name'),), 'pk_attr': 'id', 'table_description': 'A housing estate (小区).'},
            bases=['Noun'],
        ),
        ops.CreateModel(
            name='Grid',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('created_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('place', fields.ForeignKeyField('models.Place', source_field='place_id', db_constraint=True, to_field='id', related_name='grids', on_delete=OnDelete.RESTRICT)),
                ('name', fields.CharField(max_length=40)),
            ],
            options={'table': 'grid', 'app': 'models', 'unique_together': (('place', 'name'),), 'pk_attr': 'id', 'table_description': 'A grid (网格): a part of a neighbourhood that one grid worker looks after.'},
            bases=['Noun'],
        ),
        ops.CreateModel(
            name='Building',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('created_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('place', fields.ForeignKeyField('models.Place', source_field='place_id', db_constraint=True, to_field='id', related_name='buildings', on_delete=OnDelete.RESTRICT)),
                ('estate', fields.ForeignKeyField('models.Estate', source_field='estate_id', db_constraint=True, to_field='id', related_name='buildings', on_delete=OnDelete.RESTRICT)),
                ('grid', fields.ForeignKeyField('models.Grid', source_field='grid_id', null=True, db_index=True, db_constraint=True, to_field='id', related_name='buildings', on_delete=OnDelete.SET_NULL)),
                ('name', fields.CharField(max_length=30)),
                ('sort', fields.CharField(max_length=90)),
            ],
            options={'table': 'building', 'app': 'models', 'unique_together': (('estate', 'name'),), 'indexes': [Index(fields=['place_id', 'estate_id', 'sort'])], 'pk_attr': 'id', 'table_description': 'A building (楼栋) of an estate, in a grid where the neighbourhood has any.'},
            bases=['Noun'],
        ),
        ops.CreateModel(
            name='Home',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('created_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('place', fields.ForeignKeyField('models.Place', source_field='place_id', db_index=True, db_constraint=True, to_field='id', related_name='homes', on_delete=OnDelete.RESTRICT)),
                ('building', fields.ForeignKeyField('models.Building', source_field='building_id', db_constraint=True, to_field='id', related_name='homes', on_delete=OnDelete.RESTRICT)),
                ('label', fields.CharField(max_length=30)),
                ('sort', fields.CharField(max_length=90)),
            ],
            options={'table': 'home', 'app': 'models', 'unique_together': (('building', 'label'),), 'indexes': [Index(fields=['building_id', 'sort'])], 'pk_attr': 'id', 'table_description': 'A home (房屋), known by its label within the building, such as 501.'},
            bases=['Noun'],
        ),
        ops.CreateModel(
            name='HomeFile',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('created_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('place', fields.ForeignKeyField('models.Place', source_field='place_id', db_constraint=True, to_field='id', related_name='home_files', on_delete=OnDelete.CASCADE)),
                ('by', fields.ForeignKeyField('models.Person', source_field='by_id', null=True, db_constraint=True, to_field='id', related_name='home_files', on_delete=OnDelete.SET_NULL)),
                ('name', fields.CharField(max_length=120)),
                ('state', fields.CharEnumField(description='READING: reading\nCHECKED: checked\nLOADED: loaded\nDROPPED: dropped', enum_type=HomeFileState, max_length=20)),
                ('summary', fields.TextField(default='{}', unique=False)),
                ('problems', fields.IntField(default=0)),
                ('ended_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'home_file', 'app': 'models', 'indexes': [Index(fields=['place_id', 'id']), Index(fields=['state', 'created_at'])], 'pk_attr': 'id', 'table_description': 'One file; ``summary`` is JSON text: what it would change, counted.'},
            bases=['Noun'],
        ),
        ops.CreateModel(
            name='HomeFileProblem',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('file', fields.ForeignKeyField('models.HomeFile', source_field='file_id', db_constraint=True, to_field='id', related_name='problem_rows', on_delete=OnDelete.CASCADE)),
                ('line', fields.IntField()),
                ('sheet', fields.CharField(max_length=40)),
                ('number', fields.IntField()),
                ('field', fields.CharField(max_length=20)),
                ('key', fields.CharField(max_length=40)),
                ('facts', fields.TextField(default='{}', unique=False)),
            ],
            options={'table': 'home_file_problem', 'app': 'models', 'indexes': [Index(fields=['file_id', 'id'])], 'pk_attr': 'id', 'table_description': 'What is wrong with a row: ``key`` names the sentence, ``facts`` (JSON text, nothing personal) fill its blanks.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='HomeFileRow',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('file', fields.ForeignKeyField('models.HomeFile', source_field='file_id', db_constraint=True, to_field='id', related_name='rows', on_delete=OnDelete.CASCADE)),
                ('kind', fields.CharEnumField(description='HOME: home\nPERSON: person', enum_type=RowKind, max_length=10)),
                ('line', fields.IntField()),
                ('sheet', fields.CharField(max_length=40)),
                ('number', fields.IntField()),
                ('estate', fields.CharField(max_length=40)),
                ('grid', fields.CharField(default='', max_length=40)),
                ('building', fields.CharField(max_length=30)),
                ('building_sort', fields.CharField(max_length=90)),
                ('home', fields.CharField(max_length=30)),
                ('home_sort', fields.CharField(max_length=90)),
                ('household', fields.CharField(default='', max_length=30)),
                ('name', fields.CharField(default='', max_length=40)),
                ('relation', fields.CharEnumField(null=True, description='OWNER: owner\nTENANT: tenant\nFAMILY: family', enum_type=Relation, max_length=20)),
                ('since', fields.DateField(null=True)),
                ('phone_sealed', fields.CharField(null=True, max_length=255)),
                ('phone_hash', fields.CharField(null=True, max_length=64)),
                ('id_number_sealed', fields.CharField(null=True, max_length=255)),
                ('id_number_hash', fields.CharField(null=True, max_length=64)),
                ('identity', fields.CharField(default='', max_length=180)),
                ('home_id', fields.BigIntField(null=True)),
                ('person_id', fields.BigIntField(null=True)),
            ],
            options={'table': 'home_file_row', 'app': 'models', 'unique_together': (('file', 'line'),), 'indexes': [Index(fields=['file_id', 'kind', 'estate', 'building', 'home']), Index(fields=['file_id', 'identity'])], 'pk_attr': 'id', 'table_description': 'A row that could be read; gone as soon as the file is taken over or dropped.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='HomeFileTag',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('file', fields.ForeignKeyField('models.HomeFile', source_field='file_id', db_constraint=True, to_field='id', related_name='tags', on_delete=OnDelete.CASCADE)),
                ('line', fields.IntField()),
                ('name', fields.CharField(max_length=20)),
            ],
            options={'table': 'home_file_tag', 'app': 'models', 'indexes': [Index(fields=['file_id', 'line'])], 'pk_attr': 'id', 'table_description': 'A tag that a row gives its person.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='Household',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('created_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('place', fields.ForeignKeyField('models.Place', source_field='place_id', db_index=True, db_constraint=True, to_field='id', related_name='households', on_delete=OnDelete.RESTRICT)),
                ('home', fields.ForeignKeyField('models.Home', source_field='home_id', db_constraint=True, to_field='id', related_name='households', on_delete=OnDelete.RESTRICT)),
                ('label', fields.CharField(default='', max_length=30)),
            ],
            options={'table': 'household', 'app': 'models', 'unique_together': (('home', 'label'),), 'pk_attr': 'id', 'table_description': 'People of one home who keep house together; ``label`` tells several in one home apart and is mostly empty.'},
            bases=['Noun'],
        ),
        ops.CreateModel(
            name='PersonTag',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('created_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('place', fields.ForeignKeyField('models.Place', source_field='place_id', db_constraint=True, to_field='id', related_name='person_tags', on_delete=OnDelete.RESTRICT)),
                ('person', fields.ForeignKeyField('models.Person', source_field='person_id', db_constraint=True, to_field='id', related_name='tags', on_delete=OnDelete.CASCADE)),
                ('name', fields.CharField(max_length=20)),
            ],
            options={'table': 'person_tag', 'app': 'models', 'unique_together': (('person', 'name'),), 'indexes': [Index(fields=['place_id', 'name'])], 'pk_attr': 'id', 'table_description': "A tag on a person, such as 独居; the words are the rules' ``tags`` and a neighbourhood's own."},
            bases=['Noun'],
        ),
        ops.CreateModel(
            name='Personal',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('created_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('place', fields.ForeignKeyField('models.Place', source_field='place_id', db_constraint=True, to_field='id', related_name='personals', on_delete=OnDelete.RESTRICT)),
                ('person', fields.OneToOneField('models.Person', source_field='person_id', db_constraint=True, to_field='id', related_name='personal', on_delete=OnDelete.CASCADE)),
                ('phone_sealed', fields.CharField(null=True, max_length=255)),
                ('phone_hash', fields.CharField(null=True, max_length=64)),
                ('id_number_sealed', fields.CharField(null=True, max_length=255)),
                ('id_number_hash', fields.CharField(null=True, max_length=64)),
            ],
            options={'table': 'personal', 'app': 'models', 'unique_together': (('place', 'id_number_hash'),), 'indexes': [Index(fields=['place_id', 'phone_hash'])], 'pk_attr': 'id', 'table_description': "A person's telephone and identity number: sealed, and beside it a keyed hash by which exactly that one is found."},
            bases=['Noun'],
        ),
        ops.CreateModel(
            name='PlaceRule',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('created_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('place', fields.ForeignKeyField('models.Place', source_field='place_id', db_constraint=True, to_field='id', related_name='rules', on_delete=OnDelete.CASCADE)),
                ('name', fields.CharField(max_length=40)),
                ('value', fields.TextField(unique=False)),
            ],
            options={'table': 'place_rule', 'app': 'models', 'unique_together': (('place', 'name'),), 'pk_attr': 'id', 'table_description': 'A rule that a neighbourhood sets itself, over ``community/rules.toml``; ``value`` is JSON text.'},
            bases=['Noun'],
        ),
        ops.CreateModel(
            name='Residence',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('created_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('place', fields.ForeignKeyField('models.Place', source_field='place_id', db_constraint=True, to_field='id', related_name='residences', on_delete=OnDelete.RESTRICT)),
                ('person', fields.ForeignKeyField('models.Person', source_field='person_id', db_constraint=True, to_field='id', related_name='residences', on_delete=OnDelete.CASCADE)),
                ('home', fields.ForeignKeyField('models.Home', source_field='home_id', db_index=True, db_constraint=True, to_field='id', related_name='residences', on_delete=OnDelete.RESTRICT)),
                ('household', fields.ForeignKeyField('models.Household', source_field='household_id', null=True, db_index=True, db_constraint=True, to_field='id', related_name='residences', on_delete=OnDelete.SET_NULL)),
                ('relation', fields.CharEnumField(description='OWNER: owner\nTENANT: tenant\nFAMILY: family', enum_type=Relation, max_length=20)),
                ('state', fields.CharEnumField(description='PENDING: pending\nLIVING: living\nMOVED_OUT: moved_out\nREFUSED: refused', enum_type=ResidenceState, max_length=20)),
                ('since', fields.DateField(null=True)),
                ('until', fields.DateField(null=True)),
                ('open_home_id', fields.BigIntField(null=True)),
                ('version', fields.IntField(default=0)),
            ],
            options={'table': 'residence', 'app': 'models', 'unique_together': (('person', 'open_home_id'),), 'indexes': [Index(fields=['open_home_id']), Index(fields=['place_id', 'state'])], 'pk_attr': 'id', 'table_description': 'A person in a home over a time; history stays.'},
            bases=['Noun'],
        ),
        ops.AlterModelOptions(
            name='Place',
            options={'table': 'place', 'app': 'models', 'pk_attr': 'id', 'table_description': 'A neighbourhood with its committee, or what stands above it; ``motto`` stands under its name on every page.'},
        ),
        ops.AddField(
            model_name='Place',
            name='accent',
            field=fields.CharEnumField(null=True, description='GREEN: green\nBLUE: blue\nTEAL: teal\nPLUM: plum\nBRICK: brick\nSLATE: slate', enum_type=Accent, max_length=20),
        ),
        ops.AddField(
            model_name='Place',
            name='motto',
            field=fields.CharField(null=True, max_length=40),
        ),
    ]
