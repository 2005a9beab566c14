"""What the database counts by itself: posts of a board, replies of a thread, likes, when something last happened, the
places of an activity that are taken, the households that support a proposal, what a project has and has spent, and what
the figures of cases are made of (models/tally_triggers.py).

Whoever shows or hides a post or reply need not think of the numbers, and they cannot drift; nor can a post be found by
words it does not say any more, whoever changed it. Like the other triggers
these stand in no model; they are made after every run of migrations, and put aside while SQLite rebuilds tables, which
it refuses where a trigger names a table that is away for the moment.
"""

from __future__ import annotations

from tortoise.backends.base.client import BaseDBAsyncClient

from models.counting import Count
from models.database import SQLITE
from models.tally_triggers import TALLIES


def _listed(row: str) -> str:
    """Whether every neighbour sees a post."""
    return f"({row}.state IN ('published','locked') AND NOT {row}.is_private)"


_SAME_BOARD = "old.place_id=new.place_id AND old.board=new.board"
_ONE_MORE = (
    "INSERT INTO board (created_at, place_id, name, intro, post_count, last_at)"
    " VALUES (new.created_at, new.place_id, new.board, '', 1, new.last_at)"
    " ON CONFLICT (place_id, name) DO UPDATE SET post_count=board.post_count+1, last_at="
    "CASE WHEN board.last_at IS NULL OR board.last_at<excluded.last_at THEN excluded.last_at ELSE board.last_at END"
)
_ONE_LESS = "UPDATE board SET post_count=post_count-1 WHERE place_id=old.place_id AND name=old.board"
_LATER = (
    "UPDATE board SET last_at=new.last_at WHERE place_id=new.place_id AND name=new.board"
    " AND (last_at IS NULL OR last_at<new.last_at)"
)
_SHOWN = "r.post_id=post.id AND r.state='published'"
_FROM_REPLIES = (
    f" last_at=COALESCE((SELECT max(r.created_at) FROM reply r WHERE {_SHOWN}), created_at),"
    f" answered_at=(SELECT min(r.created_at) FROM reply r WHERE {_SHOWN} AND r.as_role IS NOT NULL"
    " AND r.author_id<>post.author_id)"
)


def _of_reactions(thing: str) -> tuple[Count, Count]:
    """A like or thanks more, and one less."""

    def change(row: str, sign: str) -> str:
        return (
            f"UPDATE {thing} SET like_count=like_count{sign}CASE WHEN {row}.kind='like' THEN 1 ELSE 0 END,"
            f" thank_count=thank_count{sign}CASE WHEN {row}.kind='thank' THEN 1 ELSE 0 END WHERE id={row}.thing_id"
        )

    return (
        Count(f"reaction_to_{thing}", "reaction", "INSERT", f"new.thing='{thing}'", change("new", "+")),
        Count(f"reaction_to_{thing}_gone", "reaction", "DELETE", f"old.thing='{thing}'", change("old", "-")),
    )


COUNTS = (
    *TALLIES,
    Count("post_counted", "post", "INSERT", _listed("new"), _ONE_MORE),
    Count(
        "post_shown",
        "post",
        "UPDATE OF state, is_private, board, place_id",
        f"{_listed('new')} AND NOT ({_listed('old')} AND {_SAME_BOARD})",
        _ONE_MORE,
    ),
    Count(
        "post_gone",
        "post",
        "UPDATE OF state, is_private, board, place_id",
        f"{_listed('old')} AND NOT ({_listed('new')} AND {_SAME_BOARD})",
        _ONE_LESS,
    ),
    Count("post_deleted", "post", "DELETE", _listed("old"), _ONE_LESS),
    Count("post_later", "post", "UPDATE OF last_at", f"{_listed('new')} AND new.last_at>old.last_at", _LATER),
    Count(
        "reply_counted",
        "reply",
        "INSERT",
        "new.state='published'",
        "UPDATE post SET reply_count=reply_count+1,"
        " last_at=CASE WHEN last_at<new.created_at THEN new.created_at ELSE last_at END,"
        " answered_at=CASE WHEN answered_at IS NULL AND new.as_role IS NOT NULL AND new.author_id<>author_id"
        " THEN new.created_at ELSE answered_at END WHERE id=new.post_id",
    ),
    Count(
        "reply_shown_or_gone",
        "reply",
        "UPDATE OF state",
        "(old.state='published')<>(new.state='published')",
        "UPDATE post SET reply_count=reply_count+CASE WHEN new.state='published' THEN 1 ELSE -1 END,"
        f"{_FROM_REPLIES} WHERE id=new.post_id",
    ),
    Count(
        "reply_deleted",
        "reply",
        "DELETE",
        "old.state='published'",
        f"UPDATE post SET reply_count=reply_count-1,{_FROM_REPLIES} WHERE id=old.post_id",
    ),
    Count(
        "post_to_cut",
        "post",
        "INSERT",
        "new.state<>'deleted'",
        "INSERT INTO post_word (created_at, post_id, words) VALUES (new.created_at, new.id, '')"
        " ON CONFLICT (post_id) DO NOTHING",
    ),
    Count(
        "post_reworded",
        "post",
        "UPDATE OF title, text",
        "old.title<>new.title OR old.text<>new.text",
        "UPDATE post_word SET words='', cut_at=NULL WHERE post_id=new.id",
    ),
    Count(
        "post_not_searched",
        "post",
        "UPDATE OF state",
        "new.state='deleted'",
        "DELETE FROM post_word WHERE post_id=new.id",
    ),
    *_of_reactions("post"),
    *_of_reactions("reply"),
    Count(
        "sign_up_counted",
        "sign_up",
        "INSERT",
        "new.state='in'",
        "UPDATE activity SET taken=taken+1 WHERE id=new.activity_id",
    ),
    Count(
        "sign_up_in_or_out",
        "sign_up",
        "UPDATE OF state",
        "(old.state='in')<>(new.state='in')",
        "UPDATE activity SET taken=taken+CASE WHEN new.state='in' THEN 1 ELSE -1 END WHERE id=new.activity_id",
    ),
    Count(
        "sign_up_deleted",
        "sign_up",
        "DELETE",
        "old.state='in'",
        "UPDATE activity SET taken=taken-1 WHERE id=old.activity_id",
    ),
    Count(
        "support_given",
        "proposal_support",
        "INSERT",
        "true",
        "UPDATE proposal SET support_count=support_count+1 WHERE id=new.proposal_id",
    ),
    Count(
        "support_taken_back",
        "proposal_support",
        "DELETE",
        "true",
        "UPDATE proposal SET support_count=support_count-1 WHERE id=old.proposal_id",
    ),
    Count(
        "project_money_counted",
        "project_money",
        "INSERT",
        "new.fen<>0",
        "UPDATE project SET budget_fen=budget_fen+new.fen WHERE id=new.project_id",
    ),
    Count(
        "spending_counted",
        "spending",
        "INSERT",
        "new.fen<>0",
        "UPDATE project SET spent_fen=spent_fen+new.fen WHERE id=new.project_id",
    ),
)
_PRESENT = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type='trigger'",
    "postgres": "SELECT t.tgname AS name FROM pg_trigger t JOIN pg_class c ON c.oid=t.tgrelid"
    " WHERE c.relnamespace=current_schema()::regnamespace AND NOT t.tgisinternal",
}


async def make(client: BaseDBAsyncClient) -> None:
    """Make those that are not there."""
    present = await _present(client)
    for count in COUNTS:
        if count.name not in present:
            await _make(client, count)


async def put_aside(client: BaseDBAsyncClient) -> None:
    """Take them away before migrations run, so that tables can be rebuilt and each is made anew as it is now."""
    on_table = client.capabilities.dialect != SQLITE
    present = await _present(client)
    for count in COUNTS:
        if count.name in present:
            await client.execute_query(f"DROP TRIGGER {count.name}" + (f" ON {count.table}" if on_table else ""))


async def _present(client: BaseDBAsyncClient) -> set[str]:
    return {row["name"] for row in await client.execute_query_dict(_PRESENT[client.capabilities.dialect])}


async def _make(client: BaseDBAsyncClient, count: Count) -> None:
    after = f"CREATE TRIGGER {count.name} AFTER {count.event} ON {count.table}"
    if client.capabilities.dialect == SQLITE:
        await client.execute_query(f"{after} WHEN {count.when} BEGIN {count.do}; END")
        return
    await client.execute_query(
        f"CREATE OR REPLACE FUNCTION {count.name}() RETURNS trigger LANGUAGE plpgsql AS"
        f" $$ BEGIN {count.do}; RETURN NULL; END $$"
    )
    await client.execute_query(f"{after} FOR EACH ROW WHEN ({count.when}) EXECUTE FUNCTION {count.name}()")
