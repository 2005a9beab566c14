from tortoise import migrations
from tortoise.migrations import operations as ops
from models.survey import QuestionKind
from tortoise.fields.base import OnDelete
from tortoise import fields
from tortoise.indexes import Index


class Migration(migrations.Migration):
    dependencies = [("models", "0037_exports_of_the_log")]

    initial = False

    operations = [
        ops.CreateModel(
            name="SealedAnswer",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("survey_id", fields.BigIntField()),
                ("question_id", fields.BigIntField()),
                ("token", fields.TextField(unique=False)),
            ],
            options={
                "table": "sealed_answer",
                "app": "models",
                "indexes": [Index(fields=["survey_id", "id"])],
                "pk_attr": "id",
                "table_description": "An anonymous answer until the end: a number drawn by chance, and what was said, sealed at no time.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Survey",
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
                        related_name="survey",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "place",
                    fields.ForeignKeyField(
                        "models.Place",
                        source_field="place_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="surveys",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("is_anonymous", fields.BooleanField()),
                ("target", fields.TextField(unique=False)),
                ("closes_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("told_to", fields.BigIntField(default=0)),
                ("told_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("settled_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("answered", fields.IntField(default=0)),
            ],
            options={
                "table": "survey",
                "app": "models",
                "indexes": [
                    Index(fields=["place_id", "closes_at", "id"]),
                    Index(fields=["settled_at", "closes_at"]),
                ],
                "pk_attr": "id",
                "table_description": "A survey that stands on a post; words, moderation and who sees it are those of the post.",
            },
            bases=["Noun"],
        ),
        ops.CreateModel(
            name="SurveyAnswer",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("survey_id", fields.BigIntField()),
                ("question_id", fields.BigIntField()),
                ("value", fields.TextField(unique=False)),
            ],
            options={
                "table": "survey_answer",
                "app": "models",
                "indexes": [Index(fields=["survey_id", "question_id"])],
                "pk_attr": "id",
                "table_description": "An answer after the end, of nobody, written in the order of numbers drawn by chance.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="SurveyQuestion",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("created_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                (
                    "survey",
                    fields.ForeignKeyField(
                        "models.Survey",
                        source_field="survey_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="questions",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("position", fields.IntField()),
                (
                    "kind",
                    fields.CharEnumField(
                        description="YES_NO: yes_no\nONE: one\nSEVERAL: several\nSCORE: score\nTEXT: text",
                        enum_type=QuestionKind,
                        max_length=10,
                    ),
                ),
                ("text", fields.CharField(max_length=100)),
                ("options", fields.TextField(unique=False)),
            ],
            options={
                "table": "survey_question",
                "app": "models",
                "unique_together": (("survey", "position"),),
                "pk_attr": "id",
                "table_description": "A question by its position from 1; ``options`` is a JSON list of what can be chosen.",
            },
            bases=["Noun"],
        ),
        ops.CreateModel(
            name="NamedAnswer",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("created_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("survey_id", fields.BigIntField()),
                (
                    "question",
                    fields.ForeignKeyField(
                        "models.SurveyQuestion",
                        source_field="question_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="named_answers",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "person",
                    fields.ForeignKeyField(
                        "models.Person",
                        source_field="person_id",
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="survey_answers",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("value", fields.TextField(unique=False)),
            ],
            options={
                "table": "named_answer",
                "app": "models",
                "unique_together": (("question", "person"),),
                "indexes": [Index(fields=["survey_id", "person_id"])],
                "pk_attr": "id",
                "table_description": "What somebody answered to a question of a survey under their name: positions between commas, or words.",
            },
            bases=["Noun"],
        ),
        ops.CreateModel(
            name="SurveyTaker",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("survey_id", fields.BigIntField()),
                (
                    "person",
                    fields.ForeignKeyField(
                        "models.Person",
                        source_field="person_id",
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="surveys_taken",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
            ],
            options={
                "table": "survey_taker",
                "app": "models",
                "unique_together": (("survey_id", "person"),),
                "pk_attr": "id",
                "table_description": "That somebody has answered a survey, and nothing of what or when; the database keeps each once.",
            },
            bases=["Model"],
        ),
    ]
