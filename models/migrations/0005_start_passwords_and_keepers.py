from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise.fields.base import OnDelete
from tortoise import fields

class Migration(migrations.Migration):
    dependencies = [('models', '0004_staff_contacts')]

    initial = False

    operations = [
        ops.CreateModel(
            name='Keeper',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('created_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('person', fields.ForeignKeyField('models.Person', source_field='person_id', db_index=True, db_constraint=True, to_field='id', related_name='keeps', on_delete=OnDelete.CASCADE)),
                ('place', fields.ForeignKeyField('models.Place', source_field='place_id', db_constraint=True, to_field='id', related_name='keepers', on_delete=OnDelete.CASCADE)),
                ('owner_desk', fields.CharField(max_length=200)),
            ],
            options={'table': 'keeper', 'app': 'models', 'unique_together': (('place', 'owner_desk', 'person'),), 'pk_attr': 'id', 'table_description': 'Who of a place keeps up the entries of one desk (条线), as the entries name it.'},
            bases=['Noun'],
        ),
        ops.AddField(
            model_name='Person',
            name='start_until',
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
    ]
