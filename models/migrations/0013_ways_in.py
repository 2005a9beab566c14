from tortoise import migrations
from tortoise.migrations import operations as ops
from models.login import CodeKind
from tortoise.fields.base import OnDelete
from tortoise import fields
from tortoise.indexes import Index

class Migration(migrations.Migration):
    dependencies = [('models', '0012_joining')]

    initial = False

    operations = [
        ops.CreateModel(
            name='LoginCode',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('created_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('person', fields.ForeignKeyField('models.Person', source_field='person_id', db_constraint=True, to_field='id', related_name='login_codes', on_delete=OnDelete.CASCADE)),
                ('kind', fields.CharEnumField(description='CHAT: chat\nPRINTED: printed', enum_type=CodeKind, max_length=10)),
                ('code_hash', fields.CharField(unique=True, max_length=64)),
                ('link_hash', fields.CharField(null=True, unique=True, max_length=64)),
                ('channel', fields.CharField(default='', max_length=20)),
                ('expires_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'login_code', 'app': 'models', 'unique_together': (('person', 'kind'),), 'indexes': [Index(fields=['expires_at'])], 'pk_attr': 'id', 'table_description': 'A code, and the link that goes with it, of somebody who lives here: of each kind one, gone once it is used.'},
            bases=['Noun'],
        ),
        ops.CreateModel(
            name='RecoveryCode',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('created_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('person', fields.ForeignKeyField('models.Person', source_field='person_id', db_constraint=True, to_field='id', related_name='recovery_codes', on_delete=OnDelete.CASCADE)),
                ('code_hash', fields.CharField(max_length=64)),
            ],
            options={'table': 'recovery_code', 'app': 'models', 'unique_together': (('person', 'code_hash'),), 'pk_attr': 'id', 'table_description': 'One of ten codes for whom the app is lost; only the keyed hash is kept, and it is gone once it is used.'},
            bases=['Noun'],
        ),
        ops.CreateModel(
            name='SecondStep',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('created_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('person', fields.OneToOneField('models.Person', source_field='person_id', db_constraint=True, to_field='id', related_name='second_step', on_delete=OnDelete.CASCADE)),
                ('secret_sealed', fields.CharField(max_length=190)),
                ('last_counter', fields.BigIntField(default=0)),
                ('confirmed_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'second_step', 'app': 'models', 'pk_attr': 'id', 'table_description': "The secret of somebody's authenticator app, sealed; ``last_counter`` is the last thirty seconds a code was used"},
            bases=['Noun'],
        ),
        ops.AlterModelOptions(
            name='BindCode',
            options={'table': 'bind_code', 'app': 'models', 'pk_attr': 'id', 'table_description': 'The one code somebody may type in a chat to make it theirs; only a keyed hash is kept.'},
        ),
        ops.AddField(
            model_name='WebSession',
            name='fresh_at',
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        ops.AddField(
            model_name='WebSession',
            name='seen_at',
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        ops.AddField(
            model_name='WebSession',
            name='via',
            field=fields.CharField(default='', db_default='', max_length=20),
        ),
        ops.AddIndex(
            model_name='WebSession',
            index=Index(fields=['revoked_at']),
        ),
    ]
