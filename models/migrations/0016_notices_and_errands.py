from tortoise import migrations
from tortoise.migrations import operations as ops
from models.login import CodeKind
from tortoise import fields
from tortoise.indexes import Index

class Migration(migrations.Migration):
    dependencies = [('models', '0015_party_badge')]

    initial = False

    operations = [
        ops.CreateModel(
            name='Consent',
            fields=[
                ('lane', fields.CharField(primary_key=True, unique=True, db_index=True, max_length=150)),
                ('remaining', fields.IntField()),
                ('changed_ms', fields.BigIntField()),
            ],
            options={'table': 'reach_consent', 'app': 'models', 'pk_attr': 'lane', 'table_description': 'Somebody agreed to be sent so many notices outside the window, one for each time they agreed.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='LoginErrand',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('created_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('channel', fields.CharField(max_length=20)),
                ('state', fields.CharField(unique=True, max_length=64)),
                ('browser_hash', fields.CharField(max_length=64)),
                ('proof_hash', fields.CharField(null=True, unique=True, max_length=64)),
                ('expires_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'login_errand', 'app': 'models', 'indexes': [Index(fields=['expires_at'])], 'pk_attr': 'id', 'table_description': "A browser that was sent to a chat system, or to its owner's chat, to learn who sits at it: back within minutes,"},
            bases=['Noun'],
        ),
        ops.AlterField(
            model_name='LoginCode',
            name='kind',
            field=fields.CharEnumField(description='CHAT: chat\nPRINTED: printed\nBROWSER: browser', enum_type=CodeKind, max_length=10),
        ),
        ops.AddField(
            model_name='LoginCode',
            name='browser_hash',
            field=fields.CharField(default='', db_default='', max_length=64),
        ),
    ]
