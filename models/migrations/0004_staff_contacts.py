from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise.fields.base import OnDelete
from tortoise import fields
from tortoise.indexes import Index

class Migration(migrations.Migration):
    dependencies = [('models', '0003_mutes_and_five_elements')]

    initial = False

    operations = [
        ops.CreateModel(
            name='BindCode',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('created_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('person', fields.OneToOneField('models.Person', source_field='person_id', db_constraint=True, to_field='id', related_name='bind_code', on_delete=OnDelete.CASCADE)),
                ('code_hash', fields.CharField(unique=True, max_length=64)),
                ('expires_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('used_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'bind_code', 'app': 'models', 'pk_attr': 'id', 'table_description': 'The one code somebody of the staff may type in a chat to make it theirs; only a keyed hash is kept.'},
            bases=['Noun'],
        ),
        ops.CreateModel(
            name='StaffNotice',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('created_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('person', fields.ForeignKeyField('models.Person', source_field='person_id', db_constraint=True, to_field='id', related_name='notices', on_delete=OnDelete.CASCADE)),
                ('kind', fields.CharField(max_length=40)),
                ('text', fields.TextField(unique=False)),
                ('path', fields.CharField(default='', max_length=200)),
                ('read_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'staff_notice', 'app': 'models', 'indexes': [Index(fields=['person_id', 'read_at', 'id']), Index(fields=['created_at'])], 'pk_attr': 'id', 'table_description': 'One thing told to one of the staff; ``path`` is the page it leads to.'},
            bases=['Noun'],
        ),
        ops.AlterModelOptions(
            name='Contact',
            options={'table': 'contact', 'app': 'models', 'unique_together': (('channel', 'address'),), 'pk_attr': 'id', 'table_description': "One address on one channel; ``lane`` orders what goes in and out. ``bound_at``: since when it is of staff."},
        ),
        ops.AddField(
            model_name='Contact',
            name='bound_at',
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
    ]
