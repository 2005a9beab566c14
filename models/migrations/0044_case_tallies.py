from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise.fields.base import OnDelete
from tortoise import fields
from tortoise.indexes import Index

class Migration(migrations.Migration):
    dependencies = [('models', '0043_meetings_and_key_matters')]

    initial = False

    operations = [
        ops.CreateModel(
            name='CaseTally',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('created_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('case', fields.OneToOneField('models.Case', source_field='case_id', db_constraint=True, to_field='id', related_name='tally', on_delete=OnDelete.CASCADE)),
                ('place_id', fields.BigIntField()),
                ('kind_key', fields.CharField(max_length=40)),
                ('team_id', fields.BigIntField()),
                ('is_counted', fields.IntField()),
                ('ended', fields.IntField()),
                ('came', fields.IntField()),
                ('taken', fields.IntField()),
                ('taken_late', fields.IntField()),
                ('contacted', fields.IntField()),
                ('answered', fields.IntField()),
                ('answered_late', fields.IntField()),
                ('redone', fields.IntField()),
                ('sent', fields.IntField()),
                ('sent_back', fields.IntField()),
                ('trips', fields.IntField()),
                ('solved', fields.IntField(null=True)),
                ('satisfied', fields.IntField(null=True)),
            ],
            options={'table': 'case_tally', 'app': 'models', 'indexes': [Index(fields=['place_id', 'created_at'])], 'pk_attr': 'id', 'table_description': 'Of one case, as its row, its steps and its reporters say: nothing in Python writes it, so it cannot drift.'},
            bases=['Noun'],
        ),
        # The triggers that keep them from now on are made after every run (models/tally_triggers.py).
        ops.RunSQL(
            'INSERT INTO case_tally (case_id, place_id, created_at, kind_key, team_id, is_counted, ended,'
            ' came, taken, taken_late, contacted, answered, answered_late, redone, sent, sent_back, trips)'
            ' SELECT c.id, c.place_id, c.created_at, c.kind_key, COALESCE(c.team_id,0), CASE WHEN c.state IN'
            " ('merged','withdrawn') THEN 0 ELSE 1 END, CASE WHEN c.state IN"
            " ('answered','closed','struck_off') THEN 1 ELSE 0 END, CASE WHEN c.source='walk_in' THEN 1 ELSE 0"
            ' END, 0, 0, 0, 0, 0, 0, 0, 0, 0 FROM cases c',
            reverse_sql="DELETE FROM case_tally",
        ),
        ops.RunSQL(
            'UPDATE case_tally SET (place_id, created_at, kind_key, team_id, is_counted, ended, came)=(SELECT'
            ' c.place_id, c.created_at, c.kind_key, COALESCE(c.team_id,0), CASE WHEN c.state IN'
            " ('merged','withdrawn') THEN 0 ELSE 1 END, CASE WHEN c.state IN"
            " ('answered','closed','struck_off') THEN 1 ELSE 0 END, CASE WHEN c.source='walk_in' THEN 1 ELSE 0"
            ' END FROM cases c WHERE c.id=case_tally.case_id), (taken, taken_late, contacted, answered,'
            ' answered_late, redone, sent, sent_back, trips)=(SELECT COALESCE(MAX(CASE WHEN s.verb IN'
            " ('case.accept','case.refuse') THEN 1 ELSE 0 END),0), COALESCE(MAX(CASE WHEN s.verb IN"
            ' (\'case.accept\',\'case.refuse\') AND s.facts LIKE \'%"late": true%\' THEN 1 ELSE 0 END),0),'
            " COALESCE(MAX(CASE WHEN s.verb='case.contact' THEN 1 ELSE 0 END),0), COALESCE(MAX(CASE WHEN"
            " s.verb='case.reply' THEN 1 ELSE 0 END),0), COALESCE(MAX(CASE WHEN s.verb='case.reply' AND"
            ' s.facts LIKE \'%"late": true%\' THEN 1 ELSE 0 END),0), COALESCE(MAX(CASE WHEN s.verb=\'case.reopen\''
            " THEN 1 ELSE 0 END),0), COALESCE(MAX(CASE WHEN s.verb IN ('case.dispatch','case.decide') THEN 1"
            " ELSE 0 END),0), COALESCE(MAX(CASE WHEN s.verb IN ('case.send_back','case.send_back_again') THEN"
            " 1 ELSE 0 END),0), COALESCE(SUM(CASE WHEN s.verb='case.trip' THEN 1 ELSE 0 END),0) FROM case_step"
            " s WHERE s.case_id=case_tally.case_id AND s.verb IN ('case.accept', 'case.refuse',"
            " 'case.contact', 'case.reply', 'case.reopen', 'case.dispatch', 'case.decide', 'case.send_back',"
            ' \'case.send_back_again\', \'case.trip\') AND NOT (s.facts LIKE \'%"bulk"%\' AND EXISTS (SELECT 1 FROM'
            " bulk_case k JOIN case_step u ON u.case_id=k.case_id AND u.verb='case.undo' AND (u.facts LIKE"
            ' \'%"bulk": \' || CAST(k.bulk_id AS TEXT) || \'}%\' OR u.facts LIKE \'%"bulk": \' || CAST(k.bulk_id AS'
            ' TEXT) || \',%\') WHERE k.case_id=s.case_id AND (s.facts LIKE \'%"bulk": \' || CAST(k.bulk_id AS'
            ' TEXT) || \'}%\' OR s.facts LIKE \'%"bulk": \' || CAST(k.bulk_id AS TEXT) || \',%\'))))',
            reverse_sql="",
        ),
        ops.RunSQL(
            'UPDATE case_tally SET (solved, satisfied)=(SELECT MIN(CASE WHEN r.solved IS NULL THEN NULL WHEN'
            ' r.solved THEN 1 ELSE 0 END), MIN(CASE WHEN r.satisfied IS NULL THEN NULL WHEN r.satisfied THEN 1'
            ' ELSE 0 END) FROM case_reporter r WHERE r.case_id=case_tally.case_id)',
            reverse_sql="",
        ),
    ]
