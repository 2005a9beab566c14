from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise import fields

class Migration(migrations.Migration):
    dependencies = [('models', '0006_staff_replies')]

    initial = False

    operations = [
        ops.CreateModel(
            name='AuditHead',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('number', fields.BigIntField()),
                ('hash', fields.CharField(default='', max_length=64)),
            ],
            options={'table': 'audit_head', 'app': 'models', 'pk_attr': 'id', 'table_description': 'One row: the number and hash of the last line, raised with every line, so that a cut-off end is found.'},
            bases=['Model'],
        ),
        ops.AddField(
            model_name='Question',
            name='erased_at',
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        # The triggers that keep both tables are made after every run (models/triggers.py).
        ops.RunSQL(
            "INSERT INTO audit_head (id, number, hash)"
            " SELECT 1, number, hash FROM audit_line ORDER BY number DESC LIMIT 1",
            reverse_sql="DELETE FROM audit_head",
        ),
    ]
