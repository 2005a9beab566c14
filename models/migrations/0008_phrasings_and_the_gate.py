from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise.fields.base import OnDelete
from tortoise import fields

class Migration(migrations.Migration):
    dependencies = [('models', '0007_append_only_audit')]

    initial = False

    operations = [
        ops.CreateModel(
            name='Phrasing',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('created_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('place', fields.ForeignKeyField('models.Place', source_field='place_id', db_constraint=True, to_field='id', related_name='phrasings', on_delete=OnDelete.CASCADE)),
                ('entry_key', fields.CharField(max_length=60)),
                ('said', fields.CharField(max_length=200)),
                ('text', fields.CharField(max_length=500)),
                ('times', fields.IntField(default=1)),
                ('last_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('draft_id', fields.BigIntField(null=True)),
                ('dismissed_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'phrasing', 'app': 'models', 'unique_together': (('place', 'entry_key', 'said'),), 'pk_attr': 'id', 'table_description': 'A question (masked, as typed) for which an entry was chosen: it may become a way of asking for that entry.'},
            bases=['Noun'],
        ),
        ops.AddField(
            model_name='EntryVersion',
            name='worse_count',
            field=fields.IntField(default=0, db_default=0),
        ),
        ops.AddField(
            model_name='EntryVersion',
            name='worse_reason',
            field=fields.CharField(default='', db_default='', max_length=200),
        ),
        ops.AlterModelOptions(
            name='Feedback',
            options={'table': 'feedback', 'app': 'models', 'pk_attr': 'id', 'table_description': "A resident's verdict on one answer to ``question`` (masked); the last press counts."},
        ),
        ops.AddField(
            model_name='Feedback',
            name='question',
            field=fields.CharField(default='', db_default='', max_length=500),
        ),
    ]
