"""What the database itself refuses: changing or deleting a line of the audit log, and moving its head back.

Triggers stand in no model and a rebuilt table of SQLite has lost them, so they are made after every run of migrations;
``audit check`` looks whether they are still there.
"""

from __future__ import annotations

from dataclasses import dataclass

from tortoise.backends.base.client import BaseDBAsyncClient

from models.database import SQLITE

REFUSED = "the audit log is append only"


@dataclass(frozen=True, slots=True)
class _Trigger:
    """Named after its table; ``on`` stands before the table's name and ``when`` after it."""

    name: str
    table: str
    on: str
    when: str = ""


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
    ),
    "postgres": (
        _Trigger("audit_line_no_change", "audit_line", "UPDATE OR DELETE OR TRUNCATE", "FOR EACH STATEMENT"),
        _Trigger("audit_head_no_delete", "audit_head", "DELETE OR TRUNCATE", "FOR EACH STATEMENT"),
        _Trigger("audit_head_only_on", "audit_head", "UPDATE", f"FOR EACH ROW WHEN ({_MOVES_BACK})"),
    ),
}
_DO = {
    "sqlite": f"BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END",
    "postgres": "EXECUTE FUNCTION audit_is_append_only()",
}
_FUNCTION = (
    "CREATE OR REPLACE FUNCTION audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS"
    f" $$ BEGIN RAISE EXCEPTION '{REFUSED}'; END $$"
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
    if dialect != SQLITE and absent:
        await client.execute_query(_FUNCTION)
    for trigger in _TRIGGERS[dialect]:
        if trigger.name in absent:
            await _make(client, trigger, do=_DO[dialect])


async def _make(client: BaseDBAsyncClient, trigger: _Trigger, *, do: str) -> None:
    on_table = f" ON {trigger.table}" if client.capabilities.dialect != SQLITE else ""
    await client.execute_query(f"DROP TRIGGER IF EXISTS {trigger.name}{on_table}")
    await client.execute_query(
        f"CREATE TRIGGER {trigger.name} BEFORE {trigger.on} ON {trigger.table} {trigger.when} {do}"
    )
