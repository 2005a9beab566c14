from tortoise import migrations
from tortoise.migrations import operations as ops
from models.person import RoleName
from tortoise import fields
from tortoise.indexes import Index

class Migration(migrations.Migration):
    dependencies = [('models', '0010_people_records')]

    initial = False

    operations = [
        ops.AlterModelOptions(
            name='Role',
            options={'table': 'role', 'app': 'models', 'unique_together': (('person', 'place', 'name'),), 'pk_attr': 'id', 'table_description': "A role held by a person in a place; ``boards`` narrows a moderator's to some boards, a space between two."},
        ),
        ops.AlterField(
            model_name='Role',
            name='name',
            field=fields.CharEnumField(description='RESIDENT: resident\nBUILDING_CAPTAIN: building_captain\nVOLUNTEER: volunteer\nWORKER: worker\nSECRETARY: secretary\nPOLICE: police\nDOCTOR: doctor\nPROPERTY: property\nOWNERS_COMMITTEE: owners_committee\nMEDIATOR: mediator\nMODERATOR: moderator\nUNIT_MEMBER: unit_member\nSUBDISTRICT_DESK: subdistrict_desk\nSUBDISTRICT_OBSERVER: subdistrict_observer\nDISTRICT_OBSERVER: district_observer\nADMIN: admin', enum_type=RoleName, max_length=30),
        ),
        ops.AddField(
            model_name='Role',
            name='boards',
            field=fields.CharField(default='', db_default='', max_length=200),
        ),
        ops.AddField(
            model_name='WebSession',
            name='contact_id',
            field=fields.BigIntField(null=True),
        ),
        ops.AddIndex(
            model_name='WebSession',
            index=Index(fields=['contact_id']),
        ),
    ]
