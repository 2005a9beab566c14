from tortoise import migrations
from tortoise.migrations import operations as ops
from models.ballot import NoPhoto
from tortoise import fields
from tortoise.indexes import Index


class Migration(migrations.Migration):
    dependencies = [("models", "0041_proposals")]

    initial = False

    operations = [
        ops.CreateModel(
            name="PaperPhoto",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("vote_id", fields.BigIntField()),
                ("paper_id", fields.BigIntField()),
                ("shelf_name", fields.CharField(unique=True, max_length=40)),
            ],
            options={
                "table": "paper_photo",
                "app": "models",
                "indexes": [Index(fields=["vote_id", "id"]), Index(fields=["paper_id"])],
                "pk_attr": "id",
                "table_description": "A photo of a paper ballot, of a paper and never of a voter: a number drawn by chance, and where it lies. Who took",
            },
            bases=["Model"],
        ),
        ops.AddField(
            model_name="PaperBallot",
            name="no_photo",
            field=fields.CharEnumField(
                null=True,
                description="CAMERA: camera\nDAMAGED: damaged\nNAMED: named\nREFUSED: refused",
                enum_type=NoPhoto,
                max_length=10,
            ),
        ),
        ops.AddIndex(
            model_name="Voter",
            index=Index(fields=["vote_id", "has_voted", "id"]),
        ),
    ]
