from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise import fields

class Migration(migrations.Migration):
    dependencies = [('models', '0049_rated_key_matters')]

    initial = False

    operations = [
        ops.AddField(
            model_name='ProjectMoney',
            name='once',
            field=fields.CharField(null=True, unique=True, max_length=80),
        ),
    ]
