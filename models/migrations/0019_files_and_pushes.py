from tortoise import migrations
from tortoise.migrations import operations as ops
from models.file import FileKind, FileState
from tortoise.fields.base import OnDelete
from tortoise import fields
from tortoise.indexes import Index

class Migration(migrations.Migration):
    dependencies = [('models', '0018_groups')]

    initial = False

    operations = [
        ops.CreateModel(
            name='GroupRobot',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('created_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('place', fields.OneToOneField('models.Place', source_field='place_id', db_constraint=True, to_field='id', related_name='group_robot', on_delete=OnDelete.CASCADE)),
                ('key_sealed', fields.CharField(max_length=255)),
                ('by_id', fields.BigIntField(null=True)),
            ],
            options={'table': 'group_robot', 'app': 'models', 'pk_attr': 'id', 'table_description': "The robot of a group in which a neighbourhood's staff read alerts and alarms; its key is sealed."},
            bases=['Noun'],
        ),
        ops.CreateModel(
            name='Push',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('created_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('contact', fields.ForeignKeyField('models.Contact', source_field='contact_id', db_constraint=True, to_field='id', related_name='pushes', on_delete=OnDelete.CASCADE)),
                ('person_id', fields.BigIntField(null=True)),
                ('kind', fields.CharField(max_length=20)),
                ('subject', fields.CharField(max_length=80)),
                ('letter_sealed', fields.TextField(unique=False)),
                ('verb', fields.CharField(default='', max_length=40)),
                ('place_id', fields.BigIntField(null=True)),
            ],
            options={'table': 'push', 'app': 'models', 'unique_together': (('contact', 'subject'),), 'indexes': [Index(fields=['created_at'])], 'pk_attr': 'id', 'table_description': 'Something that waits to be told to somebody in one chat: of one ``subject`` only the latest. ``letter_sealed`` is'},
            bases=['Noun'],
        ),
        ops.CreateModel(
            name='PushChoice',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('created_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('who', fields.CharField(max_length=30)),
                ('kind', fields.CharField(max_length=20)),
                ('is_wanted', fields.BooleanField()),
            ],
            options={'table': 'push_choice', 'app': 'models', 'unique_together': (('who', 'kind'),), 'pk_attr': 'id', 'table_description': "Somebody's choice about one kind; ``who`` is a person, or a chat of which nobody is known."},
            bases=['Noun'],
        ),
        ops.CreateModel(
            name='StoredFile',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('created_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('place', fields.ForeignKeyField('models.Place', source_field='place_id', db_constraint=True, to_field='id', related_name='files', on_delete=OnDelete.RESTRICT)),
                ('kind', fields.CharEnumField(description='PHOTO: photo\nVOICE: voice', enum_type=FileKind, max_length=10)),
                ('state', fields.CharEnumField(description='WANTED: wanted\nKEPT: kept\nLOST: lost', enum_type=FileState, max_length=10)),
                ('name', fields.CharField(unique=True, max_length=40)),
                ('shelf_name', fields.CharField(null=True, unique=True, max_length=40)),
                ('parent_kind', fields.CharField(default='', max_length=20)),
                ('parent_id', fields.BigIntField(null=True)),
                ('line_id', fields.BigIntField(null=True)),
                ('contact_id', fields.BigIntField(null=True)),
                ('person_id', fields.BigIntField(null=True)),
                ('media_type', fields.CharField(default='', max_length=40)),
                ('bytes', fields.IntField(default=0)),
                ('width', fields.IntField(default=0)),
                ('height', fields.IntField(default=0)),
                ('source_sealed', fields.CharField(null=True, max_length=900)),
                ('problem', fields.CharField(default='', max_length=40)),
                ('tries', fields.IntField(default=0)),
                ('owner', fields.CharField(default='', max_length=40)),
                ('lease_ms', fields.BigIntField(default=0)),
                ('due_ms', fields.BigIntField(default=0)),
                ('told_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'file', 'app': 'models', 'indexes': [Index(fields=['parent_kind', 'parent_id']), Index(fields=['state', 'due_ms']), Index(fields=['line_id']), Index(fields=['person_id']), Index(fields=['contact_id'])], 'pk_attr': 'id', 'table_description': 'One file. ``name`` stands in addresses and cannot be guessed; ``shelf_name`` is what it is called in the folder.'},
            bases=['Noun'],
        ),
        ops.AddField(
            model_name='Contact',
            name='pushed_at',
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        ops.AddField(
            model_name='Outbox',
            name='for_person_id',
            field=fields.BigIntField(null=True),
        ),
        ops.AddField(
            model_name='Outbox',
            name='needs',
            field=fields.CharField(default='', db_default='', max_length=60),
        ),
    ]
