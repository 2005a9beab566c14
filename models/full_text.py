"""The database's own full-text engine over ``post_word``: FTS5 on SQLite, a tsvector with its GIN index on PostgreSQL.

Like the triggers it stands in no model and is made after every run of migrations. Words are cut before they come here,
so that neither engine has a dictionary or a locale to differ by: a token is what stands between two spaces. On SQLite
the table of FTS5 holds no text of its own; three triggers keep it at what ``post_word`` says; a row there is a post.
"""

from __future__ import annotations

from tortoise.backends.base.client import BaseDBAsyncClient

from models.database import SQLITE

FOUND = "post_found"
_TABLE = (
    f"CREATE VIRTUAL TABLE {FOUND} USING fts5(words, content='post_word', content_rowid='post_id', detail=none,"
    " columnsize=0, tokenize=\"ascii tokenchars '^@~'\")"
)
_FORGET = f"INSERT INTO {FOUND}({FOUND}, rowid, words) SELECT 'delete', old.post_id, old.words WHERE old.words<>''"
_LEARN = f"INSERT INTO {FOUND}(rowid, words) SELECT new.post_id, new.words WHERE new.words<>''"
_TRIGGERS = {
    "post_word_kept": f"AFTER INSERT ON post_word BEGIN {_LEARN}; END",
    "post_word_lost": f"AFTER DELETE ON post_word BEGIN {_FORGET}; END",
    "post_word_changed": f"AFTER UPDATE OF words ON post_word BEGIN {_FORGET}; {_LEARN}; END",
}
_PRESENT = "SELECT name FROM sqlite_master WHERE type IN ('table','trigger')"
_VECTOR = (
    "ALTER TABLE post_word ADD COLUMN IF NOT EXISTS found tsvector"
    " GENERATED ALWAYS AS (array_to_tsvector(string_to_array(words, ' '))) STORED"
)
"""Stored, since the planner thinks little of what it costs to make it, and would do so for every row of the table."""
_GIN = "CREATE INDEX IF NOT EXISTS post_word_gin ON post_word USING gin (found) WITH (fastupdate=off)"
_POSTGRES = ("DROP INDEX IF EXISTS post_word_found", _VECTOR, _GIN)


async def make(client: BaseDBAsyncClient) -> None:
    """Make what is not there; where a rebuilt table has lost its triggers, all is made anew from what is written."""
    if client.capabilities.dialect != SQLITE:
        for statement in _POSTGRES:
            await client.execute_query(statement)
        return
    present = {row["name"] for row in await client.execute_query_dict(_PRESENT)}
    if {FOUND, *_TRIGGERS} <= present:
        return
    for name in present & {*_TRIGGERS}:
        await client.execute_query(f"DROP TRIGGER {name}")
    await client.execute_query(f"DROP TABLE IF EXISTS {FOUND}")
    await client.execute_query(_TABLE)
    await client.execute_query(
        f"INSERT INTO {FOUND}(rowid, words) SELECT post_id, words FROM post_word WHERE words<>''"
    )
    for name, trigger in _TRIGGERS.items():
        await client.execute_query(f"CREATE TRIGGER {name} {trigger}")
