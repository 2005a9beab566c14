from tortoise import migrations
from tortoise.migrations import operations as ops
from models.statement import StatementKind
from tortoise.fields.base import OnDelete
from tortoise import fields


class Migration(migrations.Migration):
    dependencies = [("models", "0035_exports_of_cases")]

    initial = False

    operations = [
        ops.CreateModel(
            name="PropertyRating",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("created_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("place_id", fields.BigIntField()),
                (
                    "estate",
                    fields.ForeignKeyField(
                        "models.Estate",
                        source_field="estate_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="property_ratings",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("period", fields.CharField(max_length=7)),
                (
                    "person",
                    fields.ForeignKeyField(
                        "models.Person",
                        source_field="person_id",
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="property_ratings",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("stars", fields.IntField()),
            ],
            options={
                "table": "property_rating",
                "app": "models",
                "unique_together": (("estate", "period", "person"),),
                "pk_attr": "id",
                "table_description": "Somebody who lives in an estate rates its property company for a month, once; the database keeps it once.",
            },
            bases=["Noun"],
        ),
        ops.CreateModel(
            name="Statement",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("created_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                (
                    "post",
                    fields.OneToOneField(
                        "models.Post",
                        source_field="post_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="statement",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "place",
                    fields.ForeignKeyField(
                        "models.Place",
                        source_field="place_id",
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="statements",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "estate",
                    fields.ForeignKeyField(
                        "models.Estate",
                        source_field="estate_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="statements",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "kind",
                    fields.CharEnumField(
                        description="FEES: fees\nINCOME: income", enum_type=StatementKind, max_length=10
                    ),
                ),
                ("period", fields.CharField(max_length=7)),
            ],
            options={
                "table": "statement",
                "app": "models",
                "unique_together": (("estate", "kind", "period"),),
                "pk_attr": "id",
                "table_description": "A post of the property board with its sums: of an estate, a kind and a month such as ``2026-03``, each once.",
            },
            bases=["Noun"],
        ),
        ops.CreateModel(
            name="StatementLine",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("created_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                (
                    "statement",
                    fields.ForeignKeyField(
                        "models.Statement",
                        source_field="statement_id",
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="lines",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("name", fields.CharField(max_length=40)),
                ("fen", fields.BigIntField()),
            ],
            options={
                "table": "statement_line",
                "app": "models",
                "pk_attr": "id",
                "table_description": "A line of a statement: what it is, and how much, in whole fen; what was spent is negative.",
            },
            bases=["Noun"],
        ),
    ]
