from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise import fields
from tortoise.indexes import Index


class Migration(migrations.Migration):
    dependencies = [("models", "0050_project_money_once")]

    initial = False

    operations = [
        ops.AddField(model_name="PostWord", name="kind_key", field=fields.CharField(null=True, max_length=40)),
        ops.AddField(model_name="Question", name="kind_key", field=fields.CharField(null=True, max_length=40)),
        ops.AddIndex(model_name="Question", index=Index(fields=["place_id", "created_at"])),
        ops.AddIndex(model_name="Question", index=Index(fields=["place_id", "answered_at"])),
        ops.AddIndex(model_name="Miss", index=Index(fields=["place_id", "created_at"])),
        # What was posted last is cut again by the clock (forum/search/indexing.py), which puts down what it is about.
        ops.RunSQL(
            "UPDATE post_word SET cut_at=NULL WHERE post_id>(SELECT COALESCE(MAX(id), 0)-2000 FROM post)",
            reverse_sql="UPDATE post_word SET cut_at=cut_at",
        ),
    ]
