"""What the database itself refuses: changing or deleting a line of the audit log or a row of points, moving the log's
head back, giving more places of an activity than there are, asking for names in a survey that began without,
changing or deleting a step of a proposal or a line of a project's money, not taking a proposal up without a reason that
everybody reads, spending more on a project than there is, changing the published record of a meeting or who was a
member of it, and striking off a ledger's entry by who did the work.

Triggers stand in no model and a rebuilt table of SQLite has lost them, so they are made after every run of migrations;
``audit check`` looks whether they are still there.
"""

from __future__ import annotations

from dataclasses import dataclass

from tortoise.backends.base.client import BaseDBAsyncClient

from models.database import SQLITE

REFUSED = "the audit log is append only"
POINTS_REFUSED = "points are append only"
PLACES_REFUSED = "an activity has no more places"
NAMES_REFUSED = "an anonymous survey stays anonymous"
STEPS_REFUSED = "the steps of a proposal are append only"
REASON_REFUSED = "a proposal is not taken up only for a public reason"
RECORD_REFUSED = "the record of a meeting is published"
MEMBERS_REFUSED = "the members of a meeting are frozen"
CHECK_REFUSED = "a ledger entry is struck off by somebody else"
MONEY_REFUSED = "money of projects is append only"
BUDGET_REFUSED = "a project spends no more than it has"
SIGN_REFUSED = "a line of money is more than nothing"
_SAYS = {
    "point": POINTS_REFUSED,
    "activity": PLACES_REFUSED,
    "survey": NAMES_REFUSED,
    "proposal_step": STEPS_REFUSED,
    "proposal": REASON_REFUSED,
    "proposal_step_reason": REASON_REFUSED,
    "meeting": RECORD_REFUSED,
    "meeting_conclusion": RECORD_REFUSED,
    "meeting_seat": MEMBERS_REFUSED,
    "ledger_entry": CHECK_REFUSED,
    "project_money": MONEY_REFUSED,
    "spending": MONEY_REFUSED,
    "project": BUDGET_REFUSED,
    "spending_sign": SIGN_REFUSED,
    "project_money_sign": SIGN_REFUSED,
}
_FUNCTIONS = {
    "point": "points_are_append_only",
    "activity": "activity_has_no_more_places",
    "survey": "survey_stays_anonymous",
    "proposal_step": "proposal_steps_are_append_only",
    "proposal": "proposal_needs_reason",
    "proposal_step_reason": "proposal_needs_reason",
    "meeting": "meeting_record_is_published",
    "meeting_conclusion": "meeting_record_is_published",
    "meeting_seat": "meeting_members_are_frozen",
    "ledger_entry": "ledger_entry_is_checked",
    "project_money": "money_is_append_only",
    "spending": "money_is_append_only",
    "project": "project_spends_what_it_has",
    "spending_sign": "money_is_more_than_nothing",
    "project_money_sign": "money_is_more_than_nothing",
}


@dataclass(frozen=True, slots=True)
class _Trigger:
    """Named after its table; ``on`` stands before the table's name and ``when`` after it. What it says stands under its
    own name or that of its table."""

    name: str
    table: str
    on: str
    when: str = ""

    @property
    def says(self) -> str:
        """What whoever tries is told."""
        return _SAYS.get(self.name) or _SAYS.get(self.table, REFUSED)

    @property
    def function(self) -> str:
        """PostgreSQL's function that says so."""
        return _FUNCTIONS.get(self.name) or _FUNCTIONS.get(self.table, "audit_is_append_only")


_MORE_THAN_THERE_ARE = "new.taken>new.places"
_IS_NAMED = "old.is_anonymous AND NOT new.is_anonymous"
_WITHOUT_REASON = "new.stage='not_taken' AND length(trim(new.reason))=0"
_NOT_READ = "new.stage='not_taken' AND (length(trim(new.reason))=0 OR NOT new.is_public)"
_RECORD_CHANGES = "old.state='published' AND ({changes})".format(
    changes=" OR ".join(
        f"new.{one}<>old.{one}" for one in ("state", "kind", "title", "agenda", "venue", "starts_at", "minutes")
    )
)
_CONCLUSION_CHANGES = (
    "old.is_final AND (NOT new.is_final OR new.text<>old.text OR new.outcome<>old.outcome OR new.who<>old.who"
    " OR COALESCE(CAST(new.due_on AS TEXT),'')<>COALESCE(CAST(old.due_on AS TEXT),'')"
    " OR new.is_dropped<>old.is_dropped)"
)
_MEMBERS_CHANGE = "old.is_frozen AND (NOT new.is_frozen OR new.is_member<>old.is_member)"
_IS_UNCHECKED = (
    "new.state='struck_off' AND old.state<>'struck_off' AND (new.struck_by_id IS NULL"
    " OR new.struck_by_id=new.owner_id OR new.struck_by_id=COALESCE(new.claimed_by_id,0))"
)
_OVER_BUDGET = "new.spent_fen>new.budget_fen OR new.spent_fen<0"
_NO_SUM = "new.fen=0 OR (new.corrects_id IS NULL AND new.fen<0)"
_MOVES_BACK = "new.id<>old.id OR new.number NOT IN (old.number, old.number+1)"
_TRIGGERS = {
    "sqlite": (
        _Trigger("audit_line_no_update", "audit_line", "UPDATE"),
        _Trigger("audit_line_no_delete", "audit_line", "DELETE"),
        # INSERT OR REPLACE deletes without asking the trigger on DELETE.
        _Trigger(
            "audit_line_no_replace",
            "audit_line",
            "INSERT",
            "WHEN EXISTS (SELECT 1 FROM audit_line WHERE number=new.number)",
        ),
        _Trigger("audit_head_no_delete", "audit_head", "DELETE"),
        _Trigger("audit_head_only_on", "audit_head", "UPDATE", f"WHEN {_MOVES_BACK}"),
        _Trigger("point_no_update", "point", "UPDATE"),
        _Trigger("point_no_delete", "point", "DELETE"),
        _Trigger("proposal_step_no_update", "proposal_step", "UPDATE"),
        _Trigger("proposal_step_no_delete", "proposal_step", "DELETE"),
        _Trigger("proposal_step_reason", "proposal_step", "INSERT", f"WHEN {_NOT_READ}"),
        _Trigger("proposal_put", "proposal", "INSERT", f"WHEN {_WITHOUT_REASON}"),
        _Trigger("proposal_moved", "proposal", "UPDATE", f"WHEN {_WITHOUT_REASON}"),
        *(
            _Trigger(f"{table}_no_{event.lower()}", table, event)
            for table in ("project_money", "spending")
            for event in ("UPDATE", "DELETE")
        ),
        *(_Trigger(f"{table}_sign", table, "INSERT", f"WHEN {_NO_SUM}") for table in ("project_money", "spending")),
        _Trigger("project_begun", "project", "INSERT", f"WHEN {_OVER_BUDGET}"),
        _Trigger("project_budget", "project", "UPDATE", f"WHEN {_OVER_BUDGET}"),
        _Trigger("activity_places", "activity", "UPDATE", f"WHEN {_MORE_THAN_THERE_ARE}"),
        _Trigger("survey_anonymous", "survey", "UPDATE", f"WHEN {_IS_NAMED}"),
        _Trigger("meeting_record", "meeting", "UPDATE", f"WHEN {_RECORD_CHANGES}"),
        _Trigger("meeting_conclusion_final", "meeting_conclusion", "UPDATE", f"WHEN {_CONCLUSION_CHANGES}"),
        _Trigger("meeting_members", "meeting_seat", "UPDATE", f"WHEN {_MEMBERS_CHANGE}"),
        _Trigger("ledger_checked", "ledger_entry", "UPDATE", f"WHEN {_IS_UNCHECKED}"),
    ),
    "postgres": (
        _Trigger("audit_line_no_change", "audit_line", "UPDATE OR DELETE OR TRUNCATE", "FOR EACH STATEMENT"),
        _Trigger("audit_head_no_delete", "audit_head", "DELETE OR TRUNCATE", "FOR EACH STATEMENT"),
        _Trigger("audit_head_only_on", "audit_head", "UPDATE", f"FOR EACH ROW WHEN ({_MOVES_BACK})"),
        _Trigger("point_no_change", "point", "UPDATE OR DELETE OR TRUNCATE", "FOR EACH STATEMENT"),
        _Trigger("proposal_step_no_change", "proposal_step", "UPDATE OR DELETE OR TRUNCATE", "FOR EACH STATEMENT"),
        _Trigger("proposal_step_reason", "proposal_step", "INSERT", f"FOR EACH ROW WHEN ({_NOT_READ})"),
        _Trigger("proposal_moved", "proposal", "INSERT OR UPDATE", f"FOR EACH ROW WHEN ({_WITHOUT_REASON})"),
        *(
            _Trigger(f"{table}_no_change", table, "UPDATE OR DELETE OR TRUNCATE", "FOR EACH STATEMENT")
            for table in ("project_money", "spending")
        ),
        *(
            _Trigger(f"{table}_sign", table, "INSERT", f"FOR EACH ROW WHEN ({_NO_SUM})")
            for table in ("project_money", "spending")
        ),
        _Trigger("project_budget", "project", "INSERT OR UPDATE", f"FOR EACH ROW WHEN ({_OVER_BUDGET})"),
        _Trigger("activity_places", "activity", "UPDATE", f"FOR EACH ROW WHEN ({_MORE_THAN_THERE_ARE})"),
        _Trigger("survey_anonymous", "survey", "UPDATE", f"FOR EACH ROW WHEN ({_IS_NAMED})"),
        _Trigger("meeting_record", "meeting", "UPDATE", f"FOR EACH ROW WHEN ({_RECORD_CHANGES})"),
        _Trigger(
            "meeting_conclusion_final", "meeting_conclusion", "UPDATE", f"FOR EACH ROW WHEN ({_CONCLUSION_CHANGES})"
        ),
        _Trigger("meeting_members", "meeting_seat", "UPDATE", f"FOR EACH ROW WHEN ({_MEMBERS_CHANGE})"),
        _Trigger("ledger_checked", "ledger_entry", "UPDATE", f"FOR EACH ROW WHEN ({_IS_UNCHECKED})"),
    ),
}
_DO = {
    "sqlite": "BEGIN SELECT RAISE(ABORT, '{trigger.says}'); END",
    "postgres": "EXECUTE FUNCTION {trigger.function}()",
}
_FUNCTION = (
    "CREATE OR REPLACE FUNCTION {trigger.function}() RETURNS trigger LANGUAGE plpgsql AS"
    " $$ BEGIN RAISE EXCEPTION '{trigger.says}'; END $$"
)
_PRESENT = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type='trigger'",
    "postgres": "SELECT t.tgname AS name FROM pg_trigger t JOIN pg_class c ON c.oid=t.tgrelid"
    " WHERE c.relnamespace=current_schema()::regnamespace AND NOT t.tgisinternal AND t.tgenabled IN ('O','A')",
}


async def missing(client: BaseDBAsyncClient) -> tuple[str, ...]:
    """Names of the triggers that are not there, or are switched off."""
    dialect = client.capabilities.dialect
    present = {row["name"] for row in await client.execute_query_dict(_PRESENT[dialect])}
    return tuple(trigger.name for trigger in _TRIGGERS[dialect] if trigger.name not in present)


async def make(client: BaseDBAsyncClient) -> None:
    """Make the triggers that are not there; one that was switched off is made anew."""
    dialect, absent = client.capabilities.dialect, await missing(client)
    for trigger in _TRIGGERS[dialect]:
        if trigger.name in absent:
            if dialect != SQLITE:
                await client.execute_query(_FUNCTION.format(trigger=trigger))
            await _make(client, trigger, do=_DO[dialect].format(trigger=trigger))


async def _make(client: BaseDBAsyncClient, trigger: _Trigger, *, do: str) -> None:
    on_table = f" ON {trigger.table}" if client.capabilities.dialect != SQLITE else ""
    await client.execute_query(f"DROP TRIGGER IF EXISTS {trigger.name}{on_table}")
    await client.execute_query(
        f"CREATE TRIGGER {trigger.name} BEFORE {trigger.on} ON {trigger.table} {trigger.when} {do}"
    )
