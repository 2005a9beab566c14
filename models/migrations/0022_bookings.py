from tortoise import migrations
from tortoise.migrations import operations as ops
from models.booking import SpotKind
from tortoise.fields.base import OnDelete
from tortoise import fields
from tortoise.indexes import Index

class Migration(migrations.Migration):
    dependencies = [('models', '0021_open311_keys')]

    initial = False

    operations = [
        ops.CreateModel(
            name='Spot',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('created_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('place', fields.ForeignKeyField('models.Place', source_field='place_id', db_index=True, db_constraint=True, to_field='id', related_name='spots', on_delete=OnDelete.RESTRICT)),
                ('kind', fields.CharEnumField(description='COUNTER: counter\nROOM: room', enum_type=SpotKind, max_length=10)),
                ('name', fields.CharField(max_length=40)),
                ('hours', fields.CharField(max_length=80)),
                ('slot_minutes', fields.IntField()),
                ('on_rest_days', fields.BooleanField(default=False)),
                ('retired_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'spot', 'app': 'models', 'pk_attr': 'id', 'table_description': 'A counter or room. ``hours``: shifts of a day such as ``08:30-11:30 13:00-17:00``, cut into ``slot_minutes``.'},
            bases=['Noun'],
        ),
        ops.CreateModel(
            name='Booking',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('created_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('place', fields.ForeignKeyField('models.Place', source_field='place_id', db_constraint=True, to_field='id', related_name='bookings', on_delete=OnDelete.RESTRICT)),
                ('spot', fields.ForeignKeyField('models.Spot', source_field='spot_id', db_constraint=True, to_field='id', related_name='bookings', on_delete=OnDelete.RESTRICT)),
                ('person', fields.ForeignKeyField('models.Person', source_field='person_id', db_constraint=True, to_field='id', related_name='bookings', on_delete=OnDelete.CASCADE)),
                ('starts_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('ends_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('once', fields.CharField(null=True, unique=True, max_length=40)),
                ('by', fields.ForeignKeyField('models.Person', source_field='by_id', null=True, db_constraint=True, to_field='id', related_name='booked', on_delete=OnDelete.SET_NULL)),
                ('cancelled_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'booking', 'app': 'models', 'indexes': [Index(fields=['place_id', 'starts_at']), Index(fields=['spot_id', 'starts_at']), Index(fields=['person_id', 'starts_at'])], 'pk_attr': 'id', 'table_description': 'Somebody comes at a time. ``once`` names spot and time while it stands: the database takes it once.'},
            bases=['Noun'],
        ),
    ]
