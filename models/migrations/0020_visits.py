from tortoise import migrations
from tortoise.migrations import operations as ops
from models.visit import PlanState
from tortoise.fields.base import OnDelete
from tortoise import fields
from tortoise.indexes import Index

class Migration(migrations.Migration):
    dependencies = [('models', '0019_files_and_pushes')]

    initial = False

    operations = [
        ops.CreateModel(
            name='VisitPlan',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('created_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('place', fields.ForeignKeyField('models.Place', source_field='place_id', db_constraint=True, to_field='id', related_name='visit_plans', on_delete=OnDelete.RESTRICT)),
                ('person', fields.ForeignKeyField('models.Person', source_field='person_id', null=True, db_constraint=True, to_field='id', related_name='visit_plans', on_delete=OnDelete.CASCADE)),
                ('home', fields.ForeignKeyField('models.Home', source_field='home_id', null=True, db_constraint=True, to_field='id', related_name='visit_plans', on_delete=OnDelete.SET_NULL)),
                ('day', fields.DateField()),
                ('goes', fields.ForeignKeyField('models.Person', source_field='goes_id', null=True, db_constraint=True, to_field='id', related_name='visits_to_go', on_delete=OnDelete.SET_NULL)),
                ('state', fields.CharEnumField(default=PlanState.PLANNED, description='PLANNED: planned\nDONE: done\nDROPPED: dropped', enum_type=PlanState, max_length=10)),
                ('service', fields.OneToOneField('models.Service', source_field='service_id', null=True, db_constraint=True, to_field='id', related_name='visit_plan', on_delete=OnDelete.SET_NULL)),
                ('case', fields.ForeignKeyField('models.Case', source_field='case_id', null=True, db_constraint=True, to_field='id', related_name='visit_plans', on_delete=OnDelete.SET_NULL)),
                ('by', fields.ForeignKeyField('models.Person', source_field='by_id', null=True, db_constraint=True, to_field='id', related_name='visits_planned', on_delete=OnDelete.SET_NULL)),
                ('key', fields.CharField(max_length=40)),
                ('settled_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'visit_plan', 'app': 'models', 'unique_together': (('place', 'key'),), 'indexes': [Index(fields=['place_id', 'state', 'day']), Index(fields=['person_id', 'day']), Index(fields=['home_id', 'day'])], 'pk_attr': 'id', 'table_description': 'Somebody is to be visited on a day. ``service``: the visit that came of it; ``case``: what that brought up.'},
            bases=['Noun'],
        ),
    ]
