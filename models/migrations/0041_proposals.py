from tortoise import migrations
from tortoise.migrations import operations as ops
from models.person import RoleName
from models.proposal import AmendmentState, ProposalStage
from tortoise.fields.base import OnDelete
from tortoise import fields
from tortoise.indexes import Index


class Migration(migrations.Migration):
    dependencies = [("models", "0040_webhooks")]

    initial = False

    operations = [
        ops.CreateModel(
            name="Proposal",
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
                        related_name="proposal",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "place",
                    fields.ForeignKeyField(
                        "models.Place",
                        source_field="place_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="proposals",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("number", fields.CharField(unique=True, max_length=20)),
                ("author_id", fields.BigIntField()),
                (
                    "stage",
                    fields.CharEnumField(
                        description="TOPIC: topic\nSUPPORT: support\nSCREENING: screening\nDISCUSSION: discussion\nHEARING: hearing\nCOORDINATION: coordination\nVOTE: vote\nPUBLICATION: publication\nCOVENANT: covenant\nPROJECT: project\nCARRYING_OUT: carrying_out\nAPPRAISAL: appraisal\nDONE: done\nNOT_TAKEN: not_taken\nWITHDRAWN: withdrawn\nLAPSED: lapsed",
                        enum_type=ProposalStage,
                        max_length=20,
                    ),
                ),
                ("stage_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("due_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("reminded_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("households", fields.IntField(default=0)),
                ("support_needed", fields.IntField(default=0)),
                ("support_count", fields.IntField(default=0)),
                ("answer", fields.TextField(default="", unique=False)),
                ("answered_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("answered_by_id", fields.BigIntField(null=True)),
                ("text_number", fields.IntField(default=0)),
                ("reason", fields.CharField(default="", max_length=500)),
                ("key_year", fields.IntField(null=True)),
                ("told_step_id", fields.BigIntField(default=0)),
                ("told_to", fields.BigIntField(default=0)),
                ("once", fields.CharField(null=True, unique=True, max_length=80)),
                ("version", fields.IntField(default=1)),
            ],
            options={
                "table": "proposal",
                "app": "models",
                "indexes": [
                    Index(fields=["place_id", "stage", "id"]),
                    Index(fields=["place_id", "due_at"]),
                    Index(fields=["place_id", "key_year"]),
                    Index(fields=["stage", "due_at"]),
                    Index(fields=["author_id", "id"]),
                ],
                "pk_attr": "id",
                "table_description": "A proposal, known by ``number`` such as P-0001.",
            },
            bases=["Noun"],
        ),
        ops.CreateModel(
            name="Amendment",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("created_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                (
                    "proposal",
                    fields.ForeignKeyField(
                        "models.Proposal",
                        source_field="proposal_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="amendments",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("place_id", fields.BigIntField()),
                (
                    "reply",
                    fields.OneToOneField(
                        "models.Reply",
                        source_field="reply_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="amendment",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "author",
                    fields.ForeignKeyField(
                        "models.Person",
                        source_field="author_id",
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="amendments",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("base_number", fields.IntField(default=0)),
                ("title", fields.CharField(max_length=80)),
                ("text", fields.TextField(unique=False)),
                (
                    "state",
                    fields.CharEnumField(
                        description="OPEN: open\nACCEPTED: accepted\nREFUSED: refused\nWITHDRAWN: withdrawn",
                        enum_type=AmendmentState,
                        max_length=10,
                    ),
                ),
                ("reason", fields.CharField(default="", max_length=200)),
                ("settled_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("made_post_id", fields.BigIntField(null=True)),
                ("version", fields.IntField(default=1)),
            ],
            options={
                "table": "amendment",
                "app": "models",
                "indexes": [Index(fields=["proposal_id", "state", "id"])],
                "pk_attr": "id",
                "table_description": "Other words for a proposal, against its version ``base_number`` (0: before any was frozen). ``reply`` says in the",
            },
            bases=["Noun"],
        ),
        ops.CreateModel(
            name="ProposalStep",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("created_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                (
                    "proposal",
                    fields.ForeignKeyField(
                        "models.Proposal",
                        source_field="proposal_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="steps",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("place_id", fields.BigIntField()),
                (
                    "from_stage",
                    fields.CharEnumField(
                        null=True,
                        description="TOPIC: topic\nSUPPORT: support\nSCREENING: screening\nDISCUSSION: discussion\nHEARING: hearing\nCOORDINATION: coordination\nVOTE: vote\nPUBLICATION: publication\nCOVENANT: covenant\nPROJECT: project\nCARRYING_OUT: carrying_out\nAPPRAISAL: appraisal\nDONE: done\nNOT_TAKEN: not_taken\nWITHDRAWN: withdrawn\nLAPSED: lapsed",
                        enum_type=ProposalStage,
                        max_length=20,
                    ),
                ),
                (
                    "stage",
                    fields.CharEnumField(
                        description="TOPIC: topic\nSUPPORT: support\nSCREENING: screening\nDISCUSSION: discussion\nHEARING: hearing\nCOORDINATION: coordination\nVOTE: vote\nPUBLICATION: publication\nCOVENANT: covenant\nPROJECT: project\nCARRYING_OUT: carrying_out\nAPPRAISAL: appraisal\nDONE: done\nNOT_TAKEN: not_taken\nWITHDRAWN: withdrawn\nLAPSED: lapsed",
                        enum_type=ProposalStage,
                        max_length=20,
                    ),
                ),
                ("verb", fields.CharField(max_length=40)),
                ("by_id", fields.BigIntField(null=True)),
                (
                    "as_role",
                    fields.CharEnumField(
                        null=True,
                        description="RESIDENT: resident\nBUILDING_CAPTAIN: building_captain\nVOLUNTEER: volunteer\nWORKER: worker\nSECRETARY: secretary\nPOLICE: police\nDOCTOR: doctor\nPROPERTY: property\nOWNERS_COMMITTEE: owners_committee\nMEDIATOR: mediator\nMODERATOR: moderator\nUNIT_MEMBER: unit_member\nSUBDISTRICT_DESK: subdistrict_desk\nSUBDISTRICT_OBSERVER: subdistrict_observer\nDISTRICT_OBSERVER: district_observer\nADMIN: admin",
                        enum_type=RoleName,
                        max_length=30,
                    ),
                ),
                ("reason", fields.CharField(default="", max_length=500)),
                ("is_public", fields.BooleanField(default=True)),
            ],
            options={
                "table": "proposal_step",
                "app": "models",
                "indexes": [Index(fields=["proposal_id", "id"]), Index(fields=["place_id", "id"])],
                "pk_attr": "id",
                "table_description": "That a proposal went from one stage to another, by which verb, by whom (``by_id`` empty: by itself), in which",
            },
            bases=["Noun"],
        ),
        ops.CreateModel(
            name="ProposalSupport",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("created_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                (
                    "proposal",
                    fields.ForeignKeyField(
                        "models.Proposal",
                        source_field="proposal_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="supports",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("place_id", fields.BigIntField()),
                ("household", fields.CharField(max_length=40)),
                (
                    "person",
                    fields.ForeignKeyField(
                        "models.Person",
                        source_field="person_id",
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="supports",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
            ],
            options={
                "table": "proposal_support",
                "app": "models",
                "unique_together": (("proposal", "household"), ("proposal", "person")),
                "pk_attr": "id",
                "table_description": "A household supports a proposal, through one of its people. ``household`` is the key of a roll",
            },
            bases=["Noun"],
        ),
        ops.CreateModel(
            name="ProposalVersion",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("created_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                (
                    "proposal",
                    fields.ForeignKeyField(
                        "models.Proposal",
                        source_field="proposal_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="versions",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("number", fields.IntField()),
                ("title", fields.CharField(max_length=80)),
                ("text", fields.TextField(unique=False)),
                ("hash", fields.CharField(max_length=64)),
                ("frozen_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("amendment_id", fields.BigIntField(null=True)),
            ],
            options={
                "table": "proposal_version",
                "app": "models",
                "unique_together": (("proposal", "number"),),
                "pk_attr": "id",
                "table_description": "A proposal's words as they were frozen, by their number from 1, with the SHA-256 of ``title``, a newline and",
            },
            bases=["Noun"],
        ),
    ]
