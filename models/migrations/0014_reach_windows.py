from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise import fields

class Migration(migrations.Migration):
    dependencies = [('models', '0013_ways_in')]

    initial = False

    operations = [
        ops.CreateModel(
            name='Window',
            fields=[
                ('lane', fields.CharField(primary_key=True, unique=True, db_index=True, max_length=150)),
                ('remaining', fields.IntField()),
                ('until_ms', fields.BigIntField()),
            ],
            options={'table': 'reach_window', 'app': 'models', 'pk_attr': 'lane', 'table_description': 'The open window of one lane: ``remaining`` messages until ``until_ms`` (milliseconds since 1970, UTC).'},
            bases=['Model'],
        ),
    ]
